package dev.tollgate.wire.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * A streaming scan over bytes that knows the offset of each token. For one thread; close it, so
 * that names learnt stay learnt.
 *
 * <p>The input is always read as UTF-8: with Jackson's detection of encodings, a body that begins
 * like UTF-16 would be scanned by characters, and every offset would be wrong.
 *
 * <p>Buffers are recycled by thread: codecs run on a few event loops, and without recycling each
 * number in a document costs an 8 KB array.
 */
public final class JsonScan implements AutoCloseable {
  /** Depth beyond which a document is refused. */
  public static final int DEPTH_MAX = 512;

  static final JsonFactory FACTORY =
      new ByteParser.Factory(
          JsonFactory.builder()
              .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
              .recyclerPool(JsonRecyclerPools.threadLocalPool())
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(DEPTH_MAX)
                      .maxStringLength(Integer.MAX_VALUE)
                      .maxNameLength(8192)
                      .maxNumberLength(1000)
                      .build()));

  private final JsonParser parser;
  private final byte[] source;
  private final int from;
  private final int to;

  private JsonScan(JsonParser parser, byte[] source, int from, int to) {
    this.parser = parser;
    this.source = source;
    this.from = from;
    this.to = to;
  }

  /** Scans the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  public static JsonScan of(byte[] source, int from, int to) {
    return new JsonScan(
        FACTORY.createParser(ObjectReadContext.empty(), source, from, to - from), source, from, to);
  }

  /** The parser beneath, for reading values. */
  public JsonParser parser() {
    return parser;
  }

  /** The text of the string that is the current token. */
  public String text() {
    return parser.getString();
  }

  /** The bytes that are scanned. */
  public byte[] source() {
    return source;
  }

  /** Where the current token begins; for a string or a name, its opening quote. */
  public int start() {
    return from + (int) parser.currentTokenLocation().getByteOffset();
  }

  /** The next member's name, null at the end of the object; its value is then the next token. */
  public @Nullable String nextName() {
    return parser.nextName();
  }

  /** Moves to the next token and returns it; at the end of the document, null. */
  public JsonToken next() {
    return parser.nextToken();
  }

  /** Skips the current value, whatever it is; the current token is then its last one. */
  public void skip() {
    parser.skipChildren();
  }

  /**
   * The end (exclusive) of the string that begins at {@code quote}; the end of the input if it has
   * none, which the scan then refuses at its next token.
   */
  public int stringEnd(int quote) {
    int at = quote + 1;
    while (at < to && source[at] != '"') {
      at += source[at] == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, to);
  }

  /**
   * The end (exclusive) of the value before the token at {@code next}, which is the next member's
   * name or the object's end: white space and at most one comma stand between.
   */
  public int valueEndBefore(int next) {
    int at = next;
    boolean comma = false;
    while (true) {
      byte before = source[at - 1];
      if (before == ',' && !comma) {
        comma = true;
      } else if (before != ' ' && before != '\n' && before != '\r' && before != '\t') {
        return at;
      }
      at--;
    }
  }

  /**
   * Takes a member out, when the scan stands behind it: at the next member's name, or at the end of
   * the object.
   *
   * @param key where its name begins
   * @param kept whether a member before it stays
   * @param followed whether there is a next member
   */
  public void cut(Splice splice, int key, boolean kept, boolean followed) {
    int next = start();
    if (kept) {
      splice.remove(valueEndBefore(key), valueEndBefore(next));
    } else {
      splice.remove(key, followed ? next : valueEndBefore(next));
    }
  }

  /** Whether the bytes at {@code at} are {@code text}. */
  public boolean isAt(int at, byte[] text) {
    if (to - at < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (source[at + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    parser.close();
  }
}
