package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

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

  /** How long the other side may take to read the end, which may wait behind more. */
  private static final long CLOSING_SECONDS = 2;

  private final WebSocketBase socket;

  private final List<Runnable> drained = new ArrayList<>(2);
  private boolean closing;

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

  /** Runs this once, when a full line has room again. */
  void onDrain(Runnable room) {
    drained.add(room);
    socket.drainHandler(
        _ -> {
          List<Runnable> all = List.copyOf(drained);
          drained.clear();
          all.forEach(Runnable::run);
        });
  }

  /**
   * Reads no more from the connection, but what has come already. {@link WebSocketBase#pause} alone
   * would not stop pings from being answered.
   */
  void deafen() {
    ((WebSocketInternal) socket).channelHandlerContext().channel().config().setAutoRead(false);
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
   * Ends it, if that has not happened; a side that does not read it, or does not close its
   * connection, loses that soon.
   *
   * @param code one that may not be sent becomes {@link #NORMAL}
   */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a connection that is cut
  void close(int code, String reason) {
    if (!socket.isClosed()) {
      socket.close((short) (isSendable(code) ? code : NORMAL), shortened(reason));
    }
    ChannelHandlerContext connection = ((WebSocketInternal) socket).channelHandlerContext();
    if (!closing && connection.channel().isOpen()) {
      closing = true;
      ScheduledFuture<?> patience =
          connection
              .executor()
              .schedule((Runnable) connection::close, CLOSING_SECONDS, TimeUnit.SECONDS);
      connection.channel().closeFuture().addListener(_ -> patience.cancel(false));
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
