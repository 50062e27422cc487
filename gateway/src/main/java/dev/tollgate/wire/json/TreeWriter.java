package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.Texts.Place;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;

/**
 * Writes a tree. Jackson's own writer goes by characters; the long texts that prompts are made of
 * go by their bytes here, for a third of the cost: encoded a stretch at a time, which stays in the
 * processor's cache, and copied by eight bytes as long as none of them has to be escaped. Those
 * that another document has already are copied from there. For one document and one thread.
 */
final class TreeWriter {
  private static final int LONG = 64;
  private static final int STRETCH_CHARS = 2048;
  private static final int BYTES_A_CHAR = 3;
  private static final int ESCAPE_BYTES = 6;
  private static final String HEX = "0123456789abcdef";

  private final CharsetEncoder encoder = UTF_8.newEncoder();
  private char[] chars = {};
  private byte[] utf8 = {};
  private final Texts texts;

  /** Texts that are left out of {@link #out}, and after how many bytes of it each comes. */
  private final List<Place> kept = new ArrayList<>();

  private int[] keptAt = {};

  private byte[] out;
  private int length;

  private TreeWriter(Texts texts, int bytes) {
    this.texts = texts;
    this.out = new byte[bytes];
  }

  /**
   * The tree's bytes.
   *
   * @param texts which are copied as they were written
   * @param about how many bytes there will be beside these; a guess that saves copies
   */
  static byte[] write(JsonNode tree, Texts texts, int about) {
    TreeWriter writer = new TreeWriter(texts, about);
    writer.value(tree);
    return writer.whole();
  }

  /** What was written, with the texts that were left out. */
  private byte[] whole() {
    int total = length;
    for (Place text : kept) {
      total += text.to() - text.from();
    }
    byte[] whole = new byte[total];
    int from = 0;
    int to = 0;
    for (int i = 0; i < kept.size(); i++) {
      Place text = kept.get(i);
      System.arraycopy(out, from, whole, to, keptAt[i] - from);
      to += keptAt[i] - from;
      from = keptAt[i];
      System.arraycopy(texts.source(), text.from(), whole, to, text.to() - text.from());
      to += text.to() - text.from();
    }
    System.arraycopy(out, from, whole, to, length - from);
    return whole;
  }

  private void value(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> text(node.stringValue());
      case NUMBER -> number((NumericNode) node);
      case BOOLEAN -> plain(node.asString());
      case NULL, MISSING -> plain("null");
      case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
    }
  }

  /** JSON has no word for what is not finite; Jackson writes a text then. */
  private void number(NumericNode node) {
    if (node.isNaN()) {
      text(node.asString());
    } else {
      plain(node.asString());
    }
  }

  private void object(JsonNode node) {
    byte before = '{';
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      put(before);
      before = ',';
      text(member.getKey());
      put((byte) ':');
      value(member.getValue());
    }
    if (before == '{') {
      put(before);
    }
    put((byte) '}');
  }

  private void array(JsonNode node) {
    byte before = '[';
    for (JsonNode item : node) {
      put(before);
      before = ',';
      value(item);
    }
    if (before == '[') {
      put(before);
    }
    put((byte) ']');
  }

  private void plain(String ascii) {
    room(ascii.length());
    byte[] bytes = ascii.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(byte one) {
    room(1);
    out[length++] = one;
  }

  private void room(int more) {
    if (out.length - length < more) {
      // Mostly what is written is about as long as what was read.
      int least = Math.max(texts.source().length, 2 * out.length);
      out = Arrays.copyOf(out, Math.max(length + more, least));
    }
  }

  private void text(String text) {
    put((byte) '"');
    Place place = texts.find(text);
    if (place == null) {
      encoded(text, text.length() < LONG ? ascii(text) : 0);
    } else {
      keep(place);
    }
    put((byte) '"');
  }

  private void keep(Place text) {
    if (kept.size() == keptAt.length) {
      keptAt = Arrays.copyOf(keptAt, Math.max(16, 2 * keptAt.length));
    }
    keptAt[kept.size()] = length;
    kept.add(text);
  }

  /** Writes a short text until the first character that is not ASCII, and tells where that is. */
  private int ascii(String text) {
    room(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= 0x80) {
        return at;
      }
      if (isPlain((byte) c)) {
        out[length++] = (byte) c;
      } else {
        escape((byte) c);
        room(text.length() - at);
      }
    }
    return text.length();
  }

  private void encoded(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int count = Math.min(STRETCH_CHARS, text.length() - at);
      if (chars.length < count) {
        chars = new char[count];
        utf8 = new byte[count * BYTES_A_CHAR];
      }
      text.getChars(at, at + count, chars, 0);
      CharBuffer in = CharBuffer.wrap(chars, 0, count);
      ByteBuffer bytes = ByteBuffer.wrap(utf8);
      CoderResult met = encoder.reset().encode(in, bytes, at + count == text.length());
      escaped(bytes.position());
      at += in.position();
      if (met.isMalformed()) {
        half(text.charAt(at++));
      }
    }
  }

  /** Half of a pair has no bytes of its own, but an escape. */
  private void half(char surrogate) {
    plain("\\u" + Integer.toHexString(surrogate));
  }

  /** Writes the first so many bytes of what was encoded. */
  private void escaped(int count) {
    int at = 0;
    while (at < count) {
      room(count - at + Long.BYTES);
      int odd = copied(at, count);
      length += odd - at;
      at = odd + 1;
      if (odd < count) {
        escape(utf8[odd]);
      }
    }
  }

  /** Copies from {@code at} until the next byte that has to be escaped, and tells where that is. */
  private int copied(int from, int count) {
    byte[] source = utf8;
    byte[] target = out;
    int shift = length - from;
    int at = from;
    for (; at <= count - Long.BYTES; at += Long.BYTES) {
      long eight = EightBytes.of(source, at);
      EightBytes.put(target, at + shift, eight);
      long odd = EightBytes.escaped(eight);
      if (odd != 0) {
        return at + EightBytes.first(odd);
      }
    }
    for (; at < count && isPlain(source[at]); at++) {
      target[at + shift] = source[at];
    }
    return at;
  }

  private static boolean isPlain(byte b) {
    return b != '"' && b != '\\' && (b < 0 || b >= 0x20);
  }

  private void escape(byte b) {
    room(ESCAPE_BYTES);
    out[length++] = '\\';
    int named = "\"\\\n\r\t\b\f".indexOf(b);
    if (named >= 0) {
      out[length++] = (byte) "\"\\nrtbf".charAt(named);
      return;
    }
    out[length++] = 'u';
    out[length++] = '0';
    out[length++] = '0';
    out[length++] = (byte) HEX.charAt(b >> 4);
    out[length++] = (byte) HEX.charAt(b & 15);
  }
}
