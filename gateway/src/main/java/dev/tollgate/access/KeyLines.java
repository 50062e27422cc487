package dev.tollgate.access;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packs keys as a database writes them: two lines for each, the fields that are its own and those
 * that it may have in common with others. So a million of them take a second or two, and nothing is
 * made of a key but what is kept. For one thread.
 */
public final class KeyLines {
  /** What joins the fields of a line: a control character that hardly any name has in it. */
  public static final char SEPARATOR = '\u001f';

  /** Where the keys have less in common than this, looking for more would cost too much. */
  private static final int DISTINCT_MAX = 50_000;

  private static final int OWN = KeyRow.Own.values().length;
  private static final int COMMON = KeyRow.Common.values().length;

  private final Map<Line, byte[]> packed = new HashMap<>();

  /** Bytes that are compared by what they are. */
  private static final class Line {
    private final byte[] bytes;
    private final int hash;

    Line(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Line line && Arrays.equals(bytes, line.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * Packs one key.
   *
   * @param own {@code KeyRow.Own}, as {@link PackedFields#ofLine} wants it
   * @param common {@code KeyRow.Common}, in the same way
   * @return null if a text has the separator in it: such a key has to be read in another way
   */
  public @Nullable KeyRow read(byte[] hash, byte[] own, byte[] common) {
    byte[] packedOwn = PackedFields.ofLine(own, OWN, (byte) SEPARATOR);
    Line line = new Line(common);
    byte[] packedCommon = packed.get(line);
    if (packedCommon == null) {
      packedCommon = PackedFields.ofLine(common, COMMON, (byte) SEPARATOR);
      if (packedCommon != null && packed.size() < DISTINCT_MAX) {
        packed.put(line, packedCommon);
      }
    }
    return packedOwn == null || packedCommon == null
        ? null
        : new KeyRow(KeyId.of(hash), packedOwn, packedCommon);
  }
}
