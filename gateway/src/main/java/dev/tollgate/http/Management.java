package dev.tollgate.http;

import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.FailureHeaders;
import dev.tollgate.pipeline.Pipeline;
import dev.tollgate.pipeline.Sink;
import dev.tollgate.wire.Codecs;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers routes that spend nothing, on virtual threads, a bounded number at a time. Thread-safe.
 */
final class Management implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Management.class);
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int UNDER_WAY_MAX = 256;

  private final Pipeline pipeline;
  private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Management(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  void serve(Endpoints.Match.Managing match, String target, @Nullable Secret presented, Sink sink) {
    ManagementRoute route = match.route();
    Caller caller;
    Map<String, List<String>> parameters;
    try {
      caller = admit(match, presented);
      parameters = parametersOf(target);
    } catch (FailureException refused) {
      fail(sink, refused.failure());
      return;
    }
    sink.body(
        BODY_BYTES_MAX,
        false,
        body -> {
          if (!room.tryAcquire()) {
            fail(
                sink,
                new Failure.Overloaded(
                    "Too many management requests at once.", Duration.ofSeconds(1)));
            return;
          }
          Query query =
              new Query(
                  route.method(),
                  match.path(),
                  match.pathParameters(),
                  parameters,
                  body,
                  caller,
                  presented);
          threads.execute(() -> answer(route, query, sink));
        },
        failure -> fail(sink, failure));
  }

  private static Map<String, List<String>> parametersOf(String target) {
    try {
      return new QueryStringDecoder(target).parameters();
    } catch (IllegalArgumentException _) {
      throw new FailureException(
          new Failure.BadRequest("The query has a broken percent escape.", "query"));
    }
  }

  private @Nullable Caller admit(Endpoints.Match.Managing match, @Nullable Secret presented) {
    if (match.isPublic()) {
      return null;
    }
    ManagementRoute route = match.route();
    return pipeline.admit(presented, match.path(), route.group(), route.admission()::admits);
  }

  private void answer(ManagementRoute route, Query query, Sink sink) {
    try {
      Answer answer = route.handler().answer(query);
      sink.execute(
          () -> {
            sink.headers().set("content-type", answer.contentType());
            sink.whole(answer.status(), answer.body());
          });
    } catch (FailureException refused) {
      sink.execute(() -> fail(sink, refused.failure()));
    } catch (RuntimeException bug) {
      LOG.error("{} {} failed", route.method(), route.template(), bug);
      sink.execute(() -> fail(sink, new Failure.Internal("Internal server error")));
    } finally {
      room.release();
    }
  }

  static void fail(Sink sink, Failure failure) {
    FailureHeaders.put(sink.headers(), failure);
    sink.whole(failure.status(), Codecs.of(Dialect.OPENAI).writeFailure(failure));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
