package dev.tollgate.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packs keys as a database writes them: a line for each, of all its fields. So a million of them
 * take a second or two, and nothing is made of a key but what is kept. For one thread.
 */
public final class KeyLines {
  /** What joins the fields of a line: a control character that hardly any name has in it. */
  public static final char SEPARATOR = '\u001f';

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
          Form.MARKED,
          Form.MARKED,
          Form.MARKED,
          Form.TEXT,
          Form.TEXT,
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
          Form.TEXT);

  /** What the length of a text takes at most, and a null. */
  private static final int LENGTH_BYTES = 5;

  /** Where fields are packed, from {@link KeyRow#FIELDS} on. */
  private byte[] room = new byte[1024];

  /** How far it is filled. */
  private int filled;

  /**
   * Packs one key.
   *
   * @param line when it was made, its own fields and its common fields, joined by the separator: as
   *     {@code SqlKeyStore} lets the database write them
   * @return null if a text has the separator in it: such a key has to be read in another way
   */
  public @Nullable KeyRow read(byte[] hash, byte[] line) {
    KeyId id = KeyId.of(hash);
    int made = end(line, 0);
    int common = pack(OWN, line, made + 1);
    byte[] own = withId(id);
    return pack(COMMON, line, common) == line.length + 1
        ? KeyRow.of(id, number(line, made), own, Arrays.copyOf(room, filled))
        : null;
  }

  /** The fields that were packed, and the id where it is no hash. */
  private byte[] withId(KeyId id) {
    String text = id.text();
    if (text == null) {
      byte[] own = Arrays.copyOf(room, filled + 1);
      own[filled] = 0; // null
      return own;
    }
    byte[] odd = text.getBytes(StandardCharsets.UTF_8);
    byte[] longer = Arrays.copyOf(room, filled + LENGTH_BYTES + odd.length);
    return Arrays.copyOf(longer, PackedFields.put(longer, filled, odd, 0, odd.length));
  }

  /**
   * Packs some of the fields of a line.
   *
   * @return where the next one begins; beyond the line's end and more if it has not so many
   */
  private int pack(List<Form> forms, byte[] line, int from) {
    int most = KeyRow.FIELDS + line.length + forms.size() * LENGTH_BYTES;
    if (room.length < most) {
      room = new byte[most * 2];
    }
    filled = KeyRow.FIELDS;
    int begin = from;
    for (Form form : forms) {
      if (begin > line.length) {
        return line.length + 2;
      }
      int end = end(line, begin);
      filled = put(room, filled, form, line, begin, end);
      begin = end + 1;
    }
    return begin;
  }

  private static int put(byte[] into, int at, Form form, byte[] line, int from, int to) {
    if (form != Form.TEXT && from == to) {
      into[at] = 0;
      return at + 1;
    }
    return PackedFields.put(into, at, line, form == Form.MARKED ? from + 1 : from, to);
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
