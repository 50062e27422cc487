package dev.tollgate.wire.gemini;

import java.util.BitSet;

/**
 * Finds the characters of a growing text at offsets that are counted in UTF-8, as Google counts. It
 * keeps a bit for each byte, not the text. For one text and one thread.
 */
final class CharacterOffsets {
  /** Bytes beyond which offsets are no longer told; no answer is that long. */
  private static final int BYTES_MAX = 16 << 20;

  private final BitSet inner = new BitSet();
  private int bytes;

  void add(String text) {
    for (int i = 0; i < text.length() && bytes < BYTES_MAX; ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      int size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
      inner.set(bytes + 1, bytes + size);
      bytes += size;
    }
  }

  /** The character at a byte; -1 if there is none. */
  int at(int offset) {
    if (offset < 0 || offset > bytes) {
      return -1;
    }
    return offset - inner.get(0, offset).cardinality();
  }
}
