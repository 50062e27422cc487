package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LongTextTest {
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
    "/"
  };

  @Test
  void whateverIsWrittenIsReadAsItself() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(400);
      int kinds = 1 + random.nextInt(PIECES.length);
      for (int i = 0; i < pieces; i++) {
        text.append(PIECES[random.nextInt(kinds)]);
      }
      ObjectNode tree = JsonTree.object().put("a", text.toString());
      tree.putArray("list").add(text.toString()).add(1).addObject().put("name " + pieces, true);
      byte[] written = JsonTree.write(tree);
      assertThat(PLAIN.readTree(written)).as("round %d of %d", round, seed).isEqualTo(tree);
      assertThat(new String(written, UTF_8)).doesNotContain("\n", "\t", "\0");
    }
  }

  @Test
  void nothingButEscapesAndControlsIsEscaped() {
    for (int b = 0; b < 128; b++) {
      for (int at = 0; at < 17; at++) {
        byte[] text = "x".repeat(17).getBytes(UTF_8);
        text[at] = (byte) b;
        boolean same = b >= 0x20 && b != '"' && b != '\\';
        if (same) {
          assertThat(LongText.escaped(text)).as("byte %d at %d", b, at).isSameAs(text);
        } else {
          assertThat(LongText.escaped(text)).as("byte %d at %d", b, at).isNotSameAs(text);
        }
      }
    }
  }

  @Test
  void halfOfAPairIsWrittenAsEver() {
    ObjectNode tree = JsonTree.object().put("a", "x".repeat(300) + "\ud83d!" + "y".repeat(300));
    assertThat(JsonTree.write(tree)).isEqualTo(PLAIN.writeValueAsBytes(tree));
  }
}
