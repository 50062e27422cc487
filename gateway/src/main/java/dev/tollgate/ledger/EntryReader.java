package dev.tollgate.ledger;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what {@link EntryWriter} wrote. For one thread. */
final class EntryReader {
  private final byte[] bytes;
  private int position;

  EntryReader(byte[] bytes) {
    this.bytes = bytes;
  }

  long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte group = bytes[position++];
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return value;
      }
    }
  }

  /** A number of eight bytes, lowest first. */
  long fixed() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      value |= (bytes[position++] & 0xffL) << shift;
    }
    return value;
  }

  @Nullable String text() {
    int size = (int) number() - 1;
    if (size < 0) {
      return null;
    }
    String text = new String(bytes, position, size, StandardCharsets.UTF_8);
    position += size;
    return text;
  }
}
