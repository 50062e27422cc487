package dev.tollgate.e2e;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** One end of a WebSocket: what came there, and how it ended. */
final class SocketEnd {
  private final WebSocketBase socket;
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final List<String> pings = new CopyOnWriteArrayList<>();
  private final AtomicLong soundBytes = new AtomicLong();
  private volatile long endedNanos;

  SocketEnd(WebSocketBase socket, BiConsumer<SocketEnd, String> onText) {
    this.socket = socket;
    socket.frameHandler(frame -> frame(frame, onText));
    socket.closeHandler(_ -> endedNanos = System.nanoTime());
    socket.exceptionHandler(_ -> {});
  }

  private void frame(WebSocketFrame frame, BiConsumer<SocketEnd, String> onText) {
    if (frame.isPing()) {
      pings.add(frame.binaryData().toString());
    } else if (frame.isText()) {
      texts.add(frame.textData());
      onText.accept(this, frame.textData());
    } else if (frame.isBinary()) {
      soundBytes.addAndGet(frame.binaryData().length());
    }
  }

  SocketEnd text(String text) {
    socket.writeTextMessage(text);
    return this;
  }

  /** Sends so many bytes in one frame. */
  SocketEnd sound(int bytes) {
    socket.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[bytes]), true));
    return this;
  }

  void ping(String text) {
    socket.writePing(Buffer.buffer(text));
  }

  void close(int code, String reason) {
    socket.close((short) code, reason);
  }

  /** Breaks the connection off, without a word. */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
  void drop() {
    ((WebSocketInternal) socket).channelHandlerContext().close();
  }

  WebSocketBase socket() {
    return socket;
  }

  List<String> texts() {
    return texts;
  }

  List<String> pings() {
    return pings;
  }

  long soundBytes() {
    return soundBytes.get();
  }

  boolean isEnded() {
    return endedNanos != 0;
  }

  long endedNanos() {
    return endedNanos;
  }

  /** Waits for the end; the code of the other side. */
  int code() {
    Eventually.so("the socket ends", this::isEnded);
    return socket.closeStatusCode();
  }

  String reason() {
    return socket.closeReason();
  }
}
