package dev.tollgate.pipeline;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a WebSocket that is handed through: what one side sends goes to the other, as
 * fast as that one reads. Lives on the call's event loop.
 */
final class Direction {
  private final Line from;
  private final Ending ending;
  private final long messageBytesMax;
  private final Listener listener;

  /** Where it goes; null until that side is there. */
  private @Nullable Line to;

  private final Pings pings = new Pings();
  private boolean binary;
  private long messageBytes;
  private boolean paused = true;

  /** The other side reads too slowly, or this one what answers its pings. */
  private boolean full;

  /** Something has to be known before more is taken in. */
  private boolean waiting;

  /** Hears what comes. */
  interface Listener {
    /** A piece of a message, to be passed on. */
    void content(WebSocketFrame frame, boolean binary);

    /** A message is longer than may be. */
    void tooLong();

    /** More pings come than may. */
    void tooManyPings();

    /** This side has ended it in good order, and all that it sent before was heard of. */
    void ended();

    /** A frame is too large, or none. */
    void unreadable();

    /** The connection is gone without an end. */
    void gone();
  }

  /** Hears this side, but takes nothing in before {@link #start}. */
  Direction(Line from, Ending ending, long messageBytesMax, Listener listener) {
    this.from = from;
    this.ending = ending;
    this.messageBytesMax = messageBytesMax;
    this.listener = listener;
    WebSocketBase socket = from.socket();
    socket.pause();
    socket.frameHandler(frame -> safely(() -> frame(frame)));
    socket.endHandler(_ -> safely(this::ended));
    socket.exceptionHandler(cause -> safely(() -> failed(cause)));
    socket.closeHandler(_ -> safely(this::closed));
  }

  private static boolean isUnreadable(Throwable cause) {
    return cause instanceof CorruptedWebSocketFrameException
        || cause.getCause() instanceof CorruptedWebSocketFrameException;
  }

  /** Nobody else would end the call if a handler failed by a bug. */
  private void safely(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  void start(Line other) {
    to = other;
    go();
  }

  private void frame(WebSocketFrame frame) {
    if (ending.isOver()) {
      return;
    }
    switch (frame.type()) {
      case PING -> ping(frame.binaryData());
      case PONG -> haltAgain(); // of the ping that was handed on
      case CLOSE -> {} // told at the end
      case TEXT, BINARY -> {
        binary = frame.isBinary();
        content(frame);
      }
      case CONTINUATION -> content(frame);
    }
  }

  /** Hands a ping on. It was answered here already, whether there was room for that or not. */
  private void ping(Buffer data) {
    if (!pings.take(System.nanoTime())) {
      from.deafen();
      await();
      haltAgain();
      listener.tooManyPings();
      return;
    }
    pass(WebSocketFrame.pingFrame(data));
    if (!full && from.isFull()) {
      wait(from);
    }
    haltAgain();
  }

  /** After a ping or a pong one frame more is asked for, even where this side is halted. */
  private void haltAgain() {
    if (paused) {
      ending
          .sink()
          .execute(
              () -> {
                if (paused) {
                  from.socket().pause();
                }
              });
    }
  }

  private void content(WebSocketFrame frame) {
    messageBytes += frame.binaryData().length();
    boolean tooLong = messageBytes > messageBytesMax;
    if (frame.isFinal()) {
      messageBytes = 0;
    }
    if (tooLong) {
      listener.tooLong();
    } else {
      listener.content(frame, binary);
    }
  }

  private void ended() {
    if (!ending.isOver()) {
      listener.ended();
    }
  }

  private void closed() {
    if (!ending.isOver() && from.code() == Line.BROKEN) { // else it is told by its end
      listener.gone();
    }
  }

  /** Of what else can fail, the end of the connection tells. */
  private void failed(Throwable cause) {
    if (!ending.isOver() && isUnreadable(cause)) {
      listener.unreadable();
    }
  }

  /** Gives a frame to the other side; its bytes must not be read any more. */
  void pass(WebSocketFrame frame) {
    Line other = to;
    if (other == null || ending.isOver()) {
      return;
    }
    other.send(frame);
    if (!full && other.isFull()) {
      wait(other);
    }
  }

  private void wait(Line slow) {
    full = true;
    halt();
    slow.onDrain(
        () -> {
          full = false;
          go();
        });
  }

  /** Whether it waits. */
  boolean isWaiting() {
    return waiting;
  }

  /** Takes nothing in until {@link #proceed}. */
  void await() {
    waiting = true;
    halt();
  }

  void proceed() {
    waiting = false;
    go();
  }

  private void halt() {
    if (!paused) {
      paused = true;
      from.socket().pause();
    }
  }

  private void go() {
    if (paused && !waiting && !full) {
      paused = false;
      from.socket().resume();
    }
  }
}
