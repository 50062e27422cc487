package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.pipeline.Sink;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange with a client. Lives on the exchange's event loop. */
final class ClientSink implements Sink {
  private final Context context;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Gzip gzip;
  private final BodyRoom room;
  private final Duration bodyTimeout;
  private @Nullable BodyReader reader;
  private @Nullable Runnable left;
  private boolean started;
  private boolean over;
  private boolean last;

  ClientSink(
      Context context, HttpServerRequest request, Gzip gzip, BodyRoom room, Duration bodyTimeout) {
    this.context = context;
    this.request = request;
    this.response = request.response();
    this.gzip = gzip;
    this.room = room;
    this.bodyTimeout = bodyTimeout;
    response.exceptionHandler(this::broken);
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
      response.headers().set("connection", "close");
    } else if (!request.isEnded()) {
      Leftovers.of(request, context.owner());
    }
    byte[] sent = gzip.maybe(request, response.headers(), body);
    response.headers().set("content-length", Integer.toString(sent.length));
    Future<Void> written = response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(sent)));
    if (last) {
      written.onComplete(_ -> request.connection().close());
    }
  }

  /** What follows on this connection cannot be trusted: it ends with the answer. */
  void isLast() {
    last = true;
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
