package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.pipeline.Sink;
import dev.tollgate.wire.form.Upload;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange with a client. Lives on the exchange's event loop. */
final class ClientSink implements Sink {

  /** No timer. */
  private static final long NONE = -1;

  // Encoded and hashed once.
  private static final CharSequence X_ACCEL_BUFFERING =
      HttpHeaders.createOptimized("x-accel-buffering");

  private final Context context;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Gzip gzip;
  private final BodyRoom room;
  private final Uploads uploads;
  private final Unsent unsent;
  private final Duration bodyTimeout;
  private final Duration stallTimeout;
  private @Nullable BodyReader reader;
  private @Nullable Runnable left;
  private boolean started;
  private boolean over;
  private boolean last;
  private boolean upgrading;
  private long stallTimer = NONE;

  ClientSink(
      Context context,
      HttpServerRequest request,
      Gzip gzip,
      BodyRoom room,
      Uploads uploads,
      Unsent unsent,
      Duration bodyTimeout,
      Duration stallTimeout) {
    this.context = context;
    this.request = request;
    this.response = request.response();
    this.gzip = gzip;
    this.room = room;
    this.uploads = uploads;
    this.unsent = unsent;
    this.bodyTimeout = bodyTimeout;
    this.stallTimeout = stallTimeout;
    response.exceptionHandler(this::broken);
    response.closeHandler(_ -> gone());
    SecurityHeaders.put(response.headers(), request.getHeader(HttpHeaders.ORIGIN));
  }

  @Override
  public void body(
      int bytesMax, boolean hasFiles, Consumer<byte[]> whole, Consumer<Failure> failed) {
    Uploads files = hasFiles ? uploads : null;
    reader = new BodyReader(context, request, bytesMax, room, files, bodyTimeout, whole, failed);
    reader.start();
  }

  @Override
  public @Nullable Upload upload() {
    return reader == null ? null : reader.upload();
  }

  @Override
  public void onGone(Runnable handler) {
    left = handler;
  }

  private void broken(Throwable cause) {
    if (Framing.isUnreadable(cause)) {
      last = true; // whoever reads the body hears of it too, and answers
    } else {
      gone();
    }
  }

  private void gone() {
    if (!over) {
      ends();
      if (left != null) {
        left.run();
      }
    }
  }

  private void ends() {
    over = true;
    stopStallTimer();
    if (reader != null) {
      reader.release();
    }
  }

  @Override
  public MultiMap headers() {
    return response.headers();
  }

  @Override
  public void whole(int status, byte[] body) {
    if (over) {
      return;
    }
    ends();
    response.setStatusCode(status);
    if (last) {
      response.headers().set(HttpHeaders.CONNECTION, "close");
    } else if (!request.isEnded()) {
      Leftovers.of(request, context.owner());
    }
    byte[] sent = gzip.maybe(request, response.headers(), body);
    response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(sent.length));
    Future<Void> written = response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(sent)));
    if (last) {
      written.onComplete(_ -> request.connection().close());
    }
    unsent.add(this, written);
  }

  /** What follows on this connection cannot be trusted: it ends with the answer. */
  void isLast() {
    last = true;
  }

  @Override
  public void start(String contentType) {
    MultiMap headers = response.headers();
    headers.set(HttpHeaders.CONTENT_TYPE, contentType);
    headers.set(HttpHeaders.CACHE_CONTROL, "no-cache");
    headers.set(X_ACCEL_BUFFERING, "no");
    response.setStatusCode(200);
    response.setChunked(true);
    started = true;
  }

  @Override
  public boolean isStarted() {
    return started;
  }

  @Override
  public void write(Buffer bytes) {
    if (!over) {
      response.write(bytes);
      if (stallTimer == NONE && response.writeQueueFull()) {
        stallTimer = context.owner().setTimer(stallTimeout.toMillis(), _ -> stalled());
      }
    }
  }

  /**
   * A client that does not read for so long will not: neither its call nor what it has not read
   * shall wait for it for ever, as it would in a connection that is closed in order.
   */
  private void stalled() {
    stallTimer = NONE;
    gone();
    drop();
  }

  /** Closes the connection itself, whatever waits in it. */
  void drop() {
    if (request.version() != HttpVersion.HTTP_2
        && request.connection() instanceof HttpServerConnection served) {
      ChannelFuture _ = served.channelHandlerContext().close();
    } else {
      cut();
    }
  }

  private void stopStallTimer() {
    if (stallTimer != NONE) {
      context.owner().cancelTimer(stallTimer);
      stallTimer = NONE;
    }
  }

  @Override
  public boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public void onDrain(Runnable room) {
    response.drainHandler(
        _ -> {
          stopStallTimer();
          room.run();
        });
  }

  @Override
  public Future<? extends WebSocketBase> upgrade() {
    upgrading = true;
    return request
        .toWebSocket()
        .onSuccess(
            _ -> {
              started = true;
              ends();
            });
  }

  @Override
  public void end() {
    if (!over) {
      ends();
      unsent.add(this, response.end());
    }
  }

  @Override
  public void abort() {
    if (!over) {
      ends();
      if (upgrading) {
        drop(); // the handshake may wait for something, and a close in order would wait for it
      } else {
        cut();
      }
    }
  }

  /**
   * Of HTTP/2 the stream only, as others share the connection; one that has ended on our side can
   * no longer be reset.
   */
  private void cut() {
    boolean ended = response.ended();
    response.reset();
    if (request.version() != HttpVersion.HTTP_2 || ended) {
      request.connection().close();
    }
  }

  @Override
  public void execute(Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  @Override
  public void executeAfter(long millis, Runnable task) {
    if (millis <= 0) {
      task.run();
    } else {
      context.owner().setTimer(millis, _ -> task.run());
    }
  }
}
