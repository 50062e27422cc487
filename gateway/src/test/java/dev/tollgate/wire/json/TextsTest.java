package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TextsTest {
  private static final String FILL = "x".repeat(Texts.LENGTH_MIN);

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a\\nline \\\"quoted\\\" \\\\ \\/ \\t",
        "\\u00e9 and \\ud83d\\ude00 escaped, é and 😀 not",
        "\\ud800 half",
        "\u2028\u007f",
      })
  void aLongTextIsCopiedAsItWasWritten(String written) {
    String text = '"' + written + FILL + '"';
    String json = "{\"a\":" + text + ",\"b\":[1,{\"c\":" + text + "}],\"d\":\"short\\u0041\"}";
    Texts texts = new Texts();
    JsonNode read = JsonTree.read(json.getBytes(UTF_8), texts);
    ObjectNode other = JsonTree.object();
    other.put("first", read.path("b").path(1).path("c").stringValue());
    other.put("short", read.path("d").stringValue());
    other.set("second", read.path("a"));
    assertThat(text(JsonTree.write(other, texts)))
        .isEqualTo("{\"first\":" + text + ",\"short\":\"shortA\",\"second\":" + text + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c080", "c1bf", "e08080", "e09fbf", "f0808080", "f48fbfbff4908080"})
  void malformedBytesAreNotPassedOn(String hex) {
    byte[] odd = HexFormat.of().parseHex(hex);
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(("[\"" + FILL).getBytes(UTF_8));
    json.writeBytes(odd);
    json.writeBytes("\"]".getBytes(UTF_8));
    Texts texts = new Texts();
    byte[] written = JsonTree.write(JsonTree.read(json.toByteArray(), texts), texts);
    assertThat(text(written).getBytes(UTF_8)).isEqualTo(written);
    assertThat(text(written)).doesNotContain("\ufffd");
  }

  @Test
  void anEqualTextOfAnotherDocumentIsWrittenAnew() {
    String text = "\\u0041" + FILL;
    byte[] json = ("[\"" + text + "\"]").getBytes(UTF_8);
    Texts texts = new Texts();
    JsonTree.read(json, texts);
    assertThat(text(JsonTree.write(JsonTree.read(json), texts))).isEqualTo("[\"A" + FILL + "\"]");
  }

  @Test
  void aDocumentForgetsTheOneBefore() {
    Texts texts = new Texts();
    JsonNode first = JsonTree.read(("[\"\\u0041" + FILL + "\"]").getBytes(UTF_8), texts);
    JsonTree.read("[]".getBytes(UTF_8), texts);
    assertThat(text(JsonTree.write(first, texts))).isEqualTo("[\"A" + FILL + "\"]");
  }

  @Test
  void whatIsWrittenReadsTheSame() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      String some = any(random);
      String other = any(random);
      ObjectNode tree = JsonTree.object();
      tree.put("long", some + FILL + other);
      tree.put("short", other);
      tree.putArray("list").add(other + FILL).add(some).add(1.5).add(true);
      byte[] json = JsonTree.write(tree);
      Texts texts = new Texts();
      JsonNode read = JsonTree.read(json, texts);
      assertThat(JsonTree.read(JsonTree.write(read, texts))).isEqualTo(JsonTree.read(json));
    }
  }

  /** Up to 600 characters of all planes, half pairs among them. */
  private static String any(Random random) {
    int kinds = 1 + random.nextInt(0xffff);
    return random
        .ints(random.nextInt(600), 0, kinds)
        .mapToObj(c -> String.valueOf((char) c))
        .collect(Collectors.joining());
  }
}
