package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TreeWriterTest {
  private static final JsonMapper PLAIN = JsonMapper.builder().build();
  private static final String[] PIECES = {
    "a",
    "words of a prompt ",
    "\"",
    "\\",
    "\n",
    "\t",
    "\r",
    "\b",
    "\f",
    "\0",
    "\u001f",
    "\u007f",
    "é",
    "€",
    "😀",
    "\u2028",
    "/",
    "?"
  };

  @Test
  void whateverIsWrittenIsReadAsItself() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(round % 10 == 0 ? 4_000 : 400);
      int kinds = 1 + random.nextInt(PIECES.length);
      for (int i = 0; i < pieces; i++) {
        text.append(PIECES[random.nextInt(kinds)]);
      }
      ObjectNode tree = JsonTree.object().put("a", text.toString());
      tree.putArray("list").add(text.toString()).add(1).addObject().put("name " + pieces, true);
      byte[] written = TreeWriter.write(tree, new Texts(), random.nextInt(2_000));
      assertThat(PLAIN.readTree(written)).as("round %d of %d", round, seed).isEqualTo(tree);
      assertThat(new String(written, UTF_8)).doesNotContain("\n", "\t", "\0");
    }
  }

  @Test
  void allKindsOfValuesAreWrittenAsByJackson() {
    String json =
        "{\"\":{},\"list\":[],\"n\":[0,-1,12345678901234567890,1.5,-2.5E-7,1e400,true,false,null,"
            + "[[[]]],{\"é\\n\":\"\\u0001\"}],\"last\":\"\"}";
    for (var mapper : new JsonMapper[] {PLAIN, exact()}) {
      var tree = mapper.readTree(json);
      assertThat(new String(JsonTree.write(tree), UTF_8))
          .isEqualTo(mapper.writeValueAsString(tree));
    }
  }

  private static JsonMapper exact() {
    return JsonMapper.builder()
        .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }

  @Test
  void nothingButQuotesBackslashesAndControlsIsEscaped() {
    for (int length : new int[] {17, 170}) {
      for (int b = 0; b < 128; b++) {
        for (int at = 0; at < 17; at++) {
          char[] text = "x".repeat(length).toCharArray();
          text[at] = (char) b;
          byte[] written = JsonTree.write(Tree.string(new String(text)));
          boolean same = b >= 0x20 && b != '"' && b != '\\';
          assertThat(written.length == length + 2).as("byte %d at %d", b, at).isEqualTo(same);
          assertThat(PLAIN.readTree(written).stringValue()).isEqualTo(new String(text));
        }
      }
    }
  }

  @Test
  void halfOfAPairIsWrittenAsItsEscape() {
    for (int before : new int[] {0, 3, 300, 2_047, 2_048, 5_000}) {
      for (String half : new String[] {"\ud83d", "\ude00", "\ude00\ud83d"}) {
        for (String after : new String[] {"", "!" + "y".repeat(300)}) {
          String text = "x".repeat(before) + half + after;
          byte[] written = JsonTree.write(Tree.string(text));
          assertThat(PLAIN.readTree(written).stringValue()).isEqualTo(text);
        }
      }
    }
  }

  @Test
  void aPairThatLiesAcrossTwoStretchesStaysWhole() {
    String text = "x".repeat(2_047) + "😀".repeat(3_000);
    assertThat(JsonTree.write(Tree.string(text))).isEqualTo(("\"" + text + "\"").getBytes(UTF_8));
  }
}
