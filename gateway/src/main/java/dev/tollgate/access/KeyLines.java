package dev.tollgate.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packs keys as a database writes them: a line for each, of all its fields. So a million of them
 * take a second or two, and nothing is made of a key but what is kept. For one thread.
 */
public final class KeyLines {
  /** What joins the fields of a line: a control character that hardly any name has in it. */
  public static final char SEPARATOR = '\u001f';

  /** Where the keys have less in common than this, looking for more would cost too much. */
  private static final int DISTINCT_MAX = 50_000;

  /** How a database writes a field. */
  private enum Form {
    /** As it is: it is never null. */
    TEXT,
    /** Behind a mark; null is empty. */
    MARKED,
    /** In digits, or as a word; null is empty. */
    VALUE
  }

  /** {@link KeyRow.Own}, but for its id, which has no place in the line. */
  private static final List<Form> OWN =
      List.of(
          Form.TEXT,
          Form.TEXT,
          Form.MARKED,
          Form.MARKED,
          Form.MARKED,
          Form.VALUE,
          Form.VALUE,
          Form.VALUE,
          Form.VALUE);

  /** {@link KeyRow.Common}. */
  private static final List<Form> COMMON =
      List.of(
          Form.TEXT,
          Form.TEXT,
          Form.TEXT,
          Form.VALUE,
          Form.MARKED,
          Form.VALUE,
          Form.VALUE,
          Form.VALUE,
          Form.VALUE,
          Form.MARKED,
          Form.VALUE,
          Form.TEXT,
          Form.TEXT,
          Form.TEXT,
          Form.TEXT,
          Form.TEXT);

  /** What the length of a text takes at most, and a null. */
  private static final int LENGTH_BYTES = 5;

  private final Map<Line, byte[]> packed = new HashMap<>();
  private byte[] room = new byte[1024];

  /** The rest of a line, compared by what it is. */
  private static final class Line {
    private final byte[] bytes;
    private final int from;
    private final int hash;

    Line(byte[] bytes, int from) {
      this.bytes = bytes;
      this.from = from;
      int made = 0;
      for (int at = from; at < bytes.length; at++) {
        made = 31 * made + bytes[at];
      }
      this.hash = made;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Line line
          && Arrays.equals(bytes, from, bytes.length, line.bytes, line.from, line.bytes.length);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * Packs one key.
   *
   * @param line when it was made, its own fields and its common fields, joined by the separator: as
   *     {@code SqlKeyStore} lets the database write them
   * @return null if a text has the separator in it: such a key has to be read in another way
   */
  public @Nullable KeyRow read(byte[] hash, byte[] line) {
    KeyId id = KeyId.of(hash);
    int begin = end(line, 0) + 1;
    int common = begin;
    for (int field = 0; field < OWN.size() && common <= line.length; field++) {
      common = end(line, common) + 1;
    }
    byte[] packedCommon = common > line.length ? null : common(line, common);
    return packedCommon == null
        ? null
        : KeyRow.of(id, number(line, begin - 1), own(id, line, begin), packedCommon);
  }

  private byte[] own(KeyId id, byte[] line, int from) {
    String text = id.text();
    byte[] odd = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    int most = KeyRow.FIELDS + line.length + odd.length + (OWN.size() + 1) * LENGTH_BYTES;
    byte[] into = room(most);
    int at = KeyRow.FIELDS;
    int begin = from;
    for (Form form : OWN) {
      int end = end(line, begin);
      at = put(into, at, form, line, begin, end);
      begin = end + 1;
    }
    if (text == null) {
      into[at++] = 0;
    } else {
      at = PackedFields.put(into, at, odd, 0, odd.length);
    }
    return Arrays.copyOf(into, at);
  }

  private byte @Nullable [] common(byte[] line, int from) {
    Line rest = new Line(line, from);
    byte[] known = packed.get(rest);
    if (known != null) {
      return known;
    }
    byte[] into = room(KeyRow.FIELDS + line.length + COMMON.size() * LENGTH_BYTES);
    int at = KeyRow.FIELDS;
    int begin = from;
    for (Form form : COMMON) {
      if (begin > line.length) {
        return null;
      }
      int end = end(line, begin);
      at = put(into, at, form, line, begin, end);
      begin = end + 1;
    }
    if (begin <= line.length) {
      return null;
    }
    byte[] made = Arrays.copyOf(into, at);
    if (packed.size() < DISTINCT_MAX) {
      packed.put(rest, made);
    }
    return made;
  }

  private static int put(byte[] into, int at, Form form, byte[] line, int from, int to) {
    if (form != Form.TEXT && from == to) {
      into[at] = 0;
      return at + 1;
    }
    return PackedFields.put(into, at, line, form == Form.MARKED ? from + 1 : from, to);
  }

  private byte[] room(int bytes) {
    if (room.length < bytes) {
      room = new byte[bytes * 2];
    }
    return room;
  }

  private static int end(byte[] line, int from) {
    int at = from;
    while (at < line.length && line[at] != SEPARATOR) {
      at++;
    }
    return at;
  }

  /** What the digits before a place stand for. */
  private static long number(byte[] line, int end) {
    return Long.parseLong(new String(line, 0, end, StandardCharsets.US_ASCII));
  }
}
