package dev.tollgate.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Reads HTTP/1.1 replies one after the other from a connection, in whatever pieces they come. Not
 * thread-safe.
 */
final class ReplyDecoder {
  private enum State {
    HEAD,
    LENGTH,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER
  }

  private final Head head = new Head();
  private State state = State.HEAD;
  private long left;
  private boolean sizeEnded;
  private int lineBytes;
  private int status;
  private boolean closes;

  /**
   * Takes what has come, and hands the body's bytes on without their framing.
   *
   * @param body reads its buffer to the limit
   * @return whether the reply is complete; the next call then begins the next reply
   * @throws IOException if the bytes are no reply, or one without a length
   */
  boolean read(ByteBuffer from, Consumer<ByteBuffer> body) throws IOException {
    while (from.hasRemaining()) {
      boolean complete =
          switch (state) {
            case HEAD -> readHead(from);
            case LENGTH -> pass(from, body);
            case CHUNK_SIZE -> readSize(from);
            case CHUNK_DATA -> {
              if (pass(from, body)) {
                state = State.CHUNK_END;
              }
              yield false;
            }
            case CHUNK_END -> {
              if (from.get() == '\n') {
                expectSize();
              }
              yield false;
            }
            case TRAILER -> readTrailer(from);
          };
      if (complete) {
        state = State.HEAD;
        head.clear();
        return true;
      }
    }
    return false;
  }

  /** The status of the latest reply whose head has been read; 0 before the first. */
  int status() {
    return status;
  }

  /** Whether the sender closes the connection after the latest reply. */
  boolean closes() {
    return closes;
  }

  private boolean readHead(ByteBuffer from) throws IOException {
    if (!head.read(from)) {
      return false;
    }
    status = head.status();
    closes = head.closes();
    if (head.chunked()) {
      expectSize();
      return false;
    }
    left = head.contentLength();
    if (left < 0) {
      throw new ProtocolException("a reply has neither a length nor chunks");
    }
    state = State.LENGTH;
    return left == 0;
  }

  private boolean pass(ByteBuffer from, Consumer<ByteBuffer> body) {
    int limit = from.limit();
    int step = (int) Math.min(left, from.remaining());
    from.limit(from.position() + step);
    body.accept(from);
    from.limit(limit);
    left -= step;
    return left == 0;
  }

  private void expectSize() {
    state = State.CHUNK_SIZE;
    left = 0;
    sizeEnded = false;
  }

  private boolean readSize(ByteBuffer from) throws IOException {
    byte next = from.get();
    int digit = Character.digit(next, 16);
    if (next == '\n') {
      state = left == 0 ? State.TRAILER : State.CHUNK_DATA;
      lineBytes = 0;
    } else if (digit < 0 || sizeEnded) {
      sizeEnded = true; // a chunk's extension, or the carriage return
    } else {
      left = left * 16 + digit;
      if (left > Integer.MAX_VALUE) {
        throw new ProtocolException("a chunk is longer than 2^31 bytes");
      }
    }
    return false;
  }

  private boolean readTrailer(ByteBuffer from) {
    byte next = from.get();
    if (next == '\n') {
      boolean blank = lineBytes == 0;
      lineBytes = 0;
      return blank;
    }
    if (next != '\r') {
      lineBytes++;
    }
    return false;
  }
}
