package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.pipeline.Sink;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange with a client. Lives on the exchange's event loop. */
final class ClientSink implements Sink {
  private static final long LINGER_MILLIS = 1000;
  private static final int LINGER_BYTES = 4 << 20;

  private final Context context;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Gzip gzip;
  private final BodyRoom room;
  private final Duration bodyTimeout;
  private @Nullable BodyReader reader;
  private @Nullable Runnable left;
  private boolean framed = true;
  private long discarded;
  private boolean started;
  private boolean over;

  ClientSink(
      Context context, HttpServerRequest request, Gzip gzip, BodyRoom room, Duration bodyTimeout) {
    this.context = context;
    this.request = request;
    this.response = request.response();
    this.gzip = gzip;
    this.room = room;
    this.bodyTimeout = bodyTimeout;
    response.exceptionHandler(_ -> gone());
    response.closeHandler(_ -> gone());
    SecurityHeaders.put(response.headers(), request.getHeader("origin"));
  }

  @Override
  public void body(int bytesMax, Consumer<byte[]> whole, Consumer<Failure> failed) {
    reader = new BodyReader(context, request, bytesMax, room, bodyTimeout, whole, failed);
    reader.start();
  }

  @Override
  public void onGone(Runnable handler) {
    left = handler;
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
    if (!request.isEnded()) {
      refuseRest();
    }
    byte[] sent = gzip.maybe(request, response.headers(), body);
    response.headers().set("content-length", Integer.toString(sent.length));
    response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(sent)));
  }

  /**
   * Answered before the body was read: close after the answer. Not at once, for the kernel answers
   * bytes that nobody reads with a reset, which takes the answer from the client; so a little more
   * is read, and then the client is left waiting until it has had time to see the answer.
   */
  private void refuseRest() {
    if (request.version() != HttpVersion.HTTP_2) {
      response.headers().set("connection", "close");
      response.endHandler(
          _ ->
              context
                  .owner()
                  .setTimer(framed ? LINGER_MILLIS : 1, _ -> request.connection().close()));
    }
    if (framed) {
      request.handler(this::discard);
      request.resume();
    }
  }

  private void discard(Buffer chunk) {
    discarded += chunk.length();
    if (discarded > LINGER_BYTES) {
      request.pause();
    }
  }

  /** The request's end is in doubt, so nothing behind its head may be taken for anything. */
  void unframed() {
    framed = false;
  }

  @Override
  public void start() {
    MultiMap headers = response.headers();
    headers.set("content-type", "text/event-stream; charset=utf-8");
    headers.set("cache-control", "no-cache");
    headers.set("x-accel-buffering", "no");
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
    }
  }

  @Override
  public boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public void onDrain(Runnable room) {
    response.drainHandler(_ -> room.run());
  }

  @Override
  public void end() {
    if (!over) {
      ends();
      response.end();
    }
  }

  @Override
  public void abort() {
    if (!over) {
      ends();
      response.reset();
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
