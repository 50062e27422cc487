package dev.tollgate.wire.json;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The long texts of a document, and where it has them: what goes into another document unchanged is
 * copied from there, with its escapes, and not encoded anew. For one document and one thread.
 *
 * <p>A text is told by being the very object that was read; any other, equal or not, is not known.
 */
public final class Texts {
  /** Shorter ones are sooner written than looked up. */
  static final int LENGTH_MIN = 256;

  private final IdentityHashMap<String, Place> places = new IdentityHashMap<>();
  private byte[] source = {};
  private int bytes;

  /** Between the quotes: from inclusive, to exclusive. */
  record Place(int from, int to) {}

  /** Begins with another document. */
  void of(byte[] document) {
    places.clear();
    source = document;
    bytes = 0;
  }

  /** Keeps where a text is. */
  void put(String text, int from, int to) {
    places.put(text, new Place(from, to));
    bytes += to - from;
  }

  @Nullable Place find(String text) {
    return text.length() < LENGTH_MIN ? null : places.get(text);
  }

  byte[] source() {
    return source;
  }

  /** How many bytes the document has beside these texts. */
  int otherBytes() {
    return source.length - bytes;
  }
}
