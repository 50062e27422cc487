package dev.tollgate.provider;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.provider.Upstream.Exchange;
import dev.tollgate.provider.Upstream.Order;
import dev.tollgate.provider.Upstream.Receiver;
import dev.tollgate.wire.form.Upload;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request on the wire. Lives on one event loop, so its fields need no guard. */
final class HttpExchange extends Deadlines.Entry implements Exchange {
  private static final long CONCLUDE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Deadlines deadlines;
  private final Order order;
  private final Receiver receiver;
  private final long timeoutMillis;
  private final long startedNanos;

  /** When the timeout began to run, or began again because the provider was heard. */
  private long sinceNanos;

  private boolean concluding;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private @Nullable UploadPump pump;
  private boolean paused;
  private boolean over;

  HttpExchange(Deadlines deadlines, Order order, Receiver receiver) {
    this.deadlines = deadlines;
    this.order = order;
    this.receiver = receiver;
    this.timeoutMillis = Math.max(1, order.timeout().toMillis());
    this.startedNanos = System.nanoTime();
    this.sinceNanos = startedNanos;
    deadlines.add(this);
  }

  void opened(HttpClientRequest opened) {
    if (over) {
      opened.reset().onFailure(_ -> {});
      return;
    }
    request = opened;
    byte[] body = order.body();
    Upload upload = order.upload();
    if (upload != null) {
      send(opened, body, upload);
    } else if (body.length == 0 && !order.route().method().equals("POST")) {
      opened.send().onComplete(this::answered, this::broken);
    } else {
      // Wrapped without copying: a prompt can be large.
      opened
          .send(BufferInternal.buffer(Unpooled.wrappedBuffer(body)))
          .onComplete(this::answered, this::broken);
    }
  }

  private void send(HttpClientRequest opened, byte[] body, Upload upload) {
    opened.response().onComplete(this::answered, this::broken);
    UploadPump started = new UploadPump(opened, body, upload, this::broken);
    pump = started;
    started.start();
  }

  private void answered(HttpClientResponse answer) {
    if (over) {
      return;
    }
    response = answer;
    heard();
    answer.handler(this::chunk);
    answer.endHandler(_ -> ended());
    answer.exceptionHandler(this::broken);
    receiver.head(answer.statusCode(), answer.headers());
    if (paused && !over) {
      answer.pause();
    }
  }

  private void chunk(Buffer bytes) {
    if (over) {
      return;
    }
    heard();
    receiver.bytes(bytes);
  }

  /**
   * A whole reply has one deadline; a stream may take any time as long as it is not silent for
   * longer.
   */
  private void heard() {
    if (order.stream() && !concluding) {
      sinceNanos = System.nanoTime();
    }
  }

  private void ended() {
    boolean sent = pump == null || pump.isOver();
    if (finish()) {
      if (!sent) {
        reset(); // the provider has answered what it has not read
      }
      receiver.end();
    }
  }

  void broken(Throwable cause) {
    if (finish()) {
      reset();
      receiver.failed(failureOf(cause, order.deployment().provider()));
    }
  }

  /** There is no credential to ask with. */
  void unsigned(Throwable cause) {
    if (finish()) {
      Throwable wrapped = cause instanceof CompletionException ? cause.getCause() : null;
      Throwable why = wrapped == null ? cause : wrapped;
      Failure failure =
          why instanceof FailureException said
              ? said.failure()
              : new Failure.UpstreamBroken(
                  "no credential could be made: " + why.getClass().getSimpleName(),
                  order.deployment().provider());
      receiver.failed(failure);
    }
  }

  /** Why nothing came of a request. */
  static Failure failureOf(Throwable cause, String provider) {
    String what =
        switch (cause) {
          case ConnectException _ -> "Connection error.";
          case UnknownHostException _ -> "Connection error: the host is unknown.";
          case HttpClosedException _ -> "the connection was closed before the answer was complete.";
          case StreamResetException _ -> "the stream was reset before the answer was complete.";
          default -> "Connection error: " + cause.getClass().getSimpleName();
        };
    return new Failure.UpstreamBroken(what, provider);
  }

  @Override
  void tick(long nowNanos) {
    long elapsed = nowNanos - sinceNanos;
    if (concluding && elapsed >= CONCLUDE_NANOS) {
      cancel();
    } else if (!concluding
        && elapsed >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis)
        && !(order.stream() && paused)) {
      timedOut();
    }
  }

  private void timedOut() {
    if (finish()) {
      reset();
      receiver.failed(
          new Failure.TimedOut(
              String.format(
                  Locale.ROOT,
                  "litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed"
                      + " out. - timeout value=%s, time taken=%.2f seconds",
                  timeoutMillis / 1000.0,
                  TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos) / 1000.0)));
    }
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    if (pump != null) {
      pump.stop();
    }
    deadlines.remove(this);
    return true;
  }

  @Override
  public void cancel() {
    if (finish()) {
      reset();
    }
  }

  @Override
  public void conclude() {
    if (!over) {
      resume();
      concluding = true;
      sinceNanos = System.nanoTime();
    }
  }

  private void reset() {
    if (request != null) {
      request.reset().onFailure(_ -> {});
    }
  }

  @Override
  public void pause() {
    paused = true;
    if (response != null && !over) {
      response.pause();
    }
  }

  @Override
  public void resume() {
    paused = false;
    heard();
    if (response != null && !over) {
      response.resume();
    }
  }
}
