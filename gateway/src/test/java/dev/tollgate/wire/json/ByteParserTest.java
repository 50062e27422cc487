package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** The same as Jackson's own parser, in all that it says of a string. */
class ByteParserTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build();

  private static final byte[][] PIECES = {
    utf8("a"),
    utf8("words of a prompt, more than eight bytes of them "),
    utf8("\\n"),
    utf8("\\\""),
    utf8("\\\\"),
    utf8("\\/\\b\\f\\r\\t"),
    utf8("\\u0041"),
    utf8("\\u00e9\\u20AC"),
    utf8("\\ud83d\\ude00"),
    utf8("é"),
    utf8("€"),
    utf8("漢字かな交じり文"),
    utf8("😀"),
    utf8("\u007f"),
    // From here on seldom right.
    utf8("\\ud83d"),
    utf8("\\ude00x"),
    utf8("\\ud83d\\u0041"),
    utf8("\""),
    utf8("\n"),
    utf8("\\x"),
    utf8("\\u12g4"),
    utf8("\\u\u0661234"),
    utf8("\\"),
    {(byte) 0x80},
    {(byte) 0xc0, (byte) 0x80},
    {(byte) 0xe2, (byte) 0x82},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xe0, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf0, (byte) 0x80, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
    {(byte) 0xff},
    {0},
  };

  private static final int RIGHT = 14;

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void saysOfAnyStringWhatJacksonSays() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] json = document(random, round % 2 == 0 ? RIGHT : PIECES.length);
      int way = random.nextInt(3);
      String expected = told(JACKSON, json, way);
      assertThat(told(JsonScan.FACTORY, json, way))
          .as("round %d of seed %d", round, seed)
          .isEqualTo(expected);
      read += expected.endsWith("END") ? 1 : 0;
    }
    assertThat(read).as("documents without a fault").isBetween(20_000, 58_000);
  }

  /** Two members, the first of which has the string; at a random place within its array. */
  private static byte[] document(Random random, int kinds) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(utf8("{\"a\":\""));
    for (int i = random.nextInt(12); i > 0; i--) {
      json.writeBytes(PIECES[random.nextInt(kinds)]);
    }
    json.writeBytes(utf8("\",\"b\":[\"\",\"c\"]}"));
    byte[] whole = json.toByteArray();
    if (kinds == RIGHT || random.nextInt(4) > 0) {
      return whole;
    }
    return Arrays.copyOf(whole, random.nextInt(whole.length + 1));
  }

  /**
   * All tokens and where they are, and the texts; or the fault, and where that is.
   *
   * @param way 0 to pass over texts, 1 to ask for them, 2 to ask twice
   */
  private static String told(JsonFactory factory, byte[] json, int way) {
    StringBuilder told = new StringBuilder();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        told.append(token).append(parser.currentTokenLocation().getByteOffset());
        if (token == JsonToken.VALUE_STRING && way > 0) {
          told.append(parser.getString());
          if (way == 2) {
            told.append(parser.getString()).append(parser.getStringLength());
          }
        }
        told.append(' ');
      }
      return told + "END";
    } catch (JacksonException refused) {
      return told + refused.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 4_000, 100_000})
  void aStringOfAnyLengthIsRead(int length) {
    String text = "x".repeat(length);
    assertThat(JsonTree.read(utf8("[\"" + text + "\"]")).get(0).asString()).isEqualTo(text);
    assertThat(JsonTree.read(utf8("[\"" + text + "\\n\"]")).get(0).asString())
        .isEqualTo(text + "\n");
    assertThat(JsonTree.read(utf8("[\"" + text + "é\"]")).get(0).asString()).isEqualTo(text + "é");
  }
}
