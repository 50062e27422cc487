package dev.tollgate.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of an HTTP/1.1 message, collected from whatever pieces it comes in. Not thread-safe.
 *
 * <p>Fields are searched in the bytes themselves: the upstream reads one head for each request, on
 * the core that it shares with the load.
 */
final class Head {
  /** The longest head that is taken, in bytes. */
  static final int BYTES_MAX = 16 * 1024;

  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] CONNECTION = ascii("connection");

  private byte[] bytes = new byte[1024];
  private int length;

  /**
   * Takes bytes up to and including the blank line.
   *
   * @return whether the head is complete; what follows it stays in {@code from}
   * @throws ProtocolException if the head is longer than {@link #BYTES_MAX}
   */
  boolean read(ByteBuffer from) throws ProtocolException {
    while (from.hasRemaining()) {
      if (length == bytes.length) {
        grow();
      }
      byte next = from.get();
      bytes[length++] = next;
      if (next == '\n' && endsWithBlankLine()) {
        return true;
      }
    }
    return false;
  }

  void clear() {
    length = 0;
  }

  /** The status code of a reply's first line, {@code HTTP/1.1 200 OK}. */
  int status() throws ProtocolException {
    if (length < 12) {
      throw new ProtocolException("a reply began with " + length + " bytes, not a status line");
    }
    return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
  }

  /** The announced length of the body in bytes, or -1 if none was announced. */
  long contentLength() throws ProtocolException {
    int at = valueOf(CONTENT_LENGTH);
    if (at < 0) {
      return -1;
    }
    long value = 0;
    for (int i = at; bytes[i] != '\r' && bytes[i] != '\n'; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE) {
        throw new ProtocolException("content-length is not a number below 2^31");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  boolean chunked() {
    return valueBegins(TRANSFER_ENCODING, "chunked");
  }

  /** Whether the sender closes the connection after this message. */
  boolean closes() {
    return valueBegins(CONNECTION, "close");
  }

  private boolean endsWithBlankLine() {
    return length >= 4
        && bytes[length - 2] == '\r'
        && bytes[length - 3] == '\n'
        && bytes[length - 4] == '\r';
  }

  private void grow() throws ProtocolException {
    if (length >= BYTES_MAX) {
      throw new ProtocolException("a head is longer than " + BYTES_MAX + " bytes");
    }
    bytes = Arrays.copyOf(bytes, length * 2);
  }

  private boolean valueBegins(byte[] name, String value) {
    int at = valueOf(name);
    return at >= 0 && matches(at, ascii(value));
  }

  /** Where the value of the first field of this name begins, or -1. The name is in lower case. */
  private int valueOf(byte[] name) {
    int line = 0;
    while (line < length) {
      if (matches(line, name) && bytes[line + name.length] == ':') {
        int at = line + name.length + 1;
        while (bytes[at] == ' ') {
          at++;
        }
        return at;
      }
      while (line < length && bytes[line] != '\n') {
        line++;
      }
      line++;
    }
    return -1;
  }

  private boolean matches(int at, byte[] lowerCase) {
    if (at + lowerCase.length >= length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte here = bytes[at + i];
      byte lower = here >= 'A' && here <= 'Z' ? (byte) (here + 32) : here;
      if (lower != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
