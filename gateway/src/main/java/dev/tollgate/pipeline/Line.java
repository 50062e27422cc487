package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.util.Arrays;

/** One end of a WebSocket that is handed through. Lives on the call's event loop. */
final class Line {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;

  /** The other side gave no code. */
  static final int NO_CODE = 1005;

  /** The connection broke without an end. */
  static final int BROKEN = 1006;

  static final int REFUSED = 1008;
  static final int TOO_BIG = 1009;
  static final int FAILED = 1011;
  static final int RESTART = 1012;

  /** A control frame has 125 bytes, two of them the code. */
  private static final int REASON_BYTES_MAX = 123;

  private final WebSocketBase socket;

  Line(WebSocketBase socket) {
    this.socket = socket;
  }

  WebSocketBase socket() {
    return socket;
  }

  void send(WebSocketFrame frame) {
    if (!socket.isClosed()) {
      socket.writeFrame(frame);
    }
  }

  /** Whether the other side reads more slowly than we write. */
  boolean isFull() {
    return !socket.isClosed() && socket.writeQueueFull();
  }

  /** Why the other side ended it. */
  int code() {
    Short code = socket.closeStatusCode();
    return code == null ? BROKEN : code;
  }

  String reason() {
    String reason = socket.closeReason();
    return reason == null ? "" : reason;
  }

  /**
   * Ends it, if that has not happened.
   *
   * @param code one that may not be sent becomes {@link #NORMAL}
   */
  void close(int code, String reason) {
    if (!socket.isClosed()) {
      socket.close((short) (isSendable(code) ? code : NORMAL), shortened(reason));
    }
  }

  private static boolean isSendable(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  private static String shortened(String reason) {
    byte[] bytes = reason.getBytes(UTF_8);
    if (bytes.length <= REASON_BYTES_MAX) {
      return reason;
    }
    int end = REASON_BYTES_MAX;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--; // not within a character
    }
    return new String(Arrays.copyOf(bytes, end), UTF_8);
  }
}
