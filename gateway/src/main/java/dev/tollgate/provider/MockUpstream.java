package dev.tollgate.provider;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deployments that answer without a provider: {@code mock_response}, and the built-in {@code echo}
 * model of a gateway that has no provider yet. Speaks as an OpenAI server would, so that the call
 * takes the same way as any other.
 */
public final class MockUpstream implements Upstream {
  /** Prefix of the built-in provider. */
  public static final String ECHO = "echo";

  private final Vertx vertx;
  private final Upstream real;

  /**
   * @param real where all other deployments go
   */
  public MockUpstream(Vertx vertx, Upstream real) {
    this.vertx = vertx;
    this.real = real;
  }

  @Override
  public Exchange send(Order order, Receiver receiver) {
    Deployment deployment = order.deployment();
    if (order.operation().family() == Operation.Family.COUNT && Routes.isNowhere(order.route())) {
      Playback count = new Playback(receiver);
      vertx
          .executeBlocking(() -> MockReplies.count(order))
          .onComplete(count::play, broken -> count.fail(order, broken));
      return count;
    }
    if (deployment.mockResponse() == null && !deployment.provider().equals(ECHO)) {
      return real.send(order, receiver);
    }
    Playback playback = new Playback(receiver);
    vertx.runOnContext(_ -> playback.play(order));
    return playback;
  }

  @Override
  public Future<WebSocket> connect(Order order) {
    return real.connect(order); // nothing that answers by itself has sockets
  }

  private static final class Playback implements Exchange {
    private final Receiver receiver;
    private boolean over;

    Playback(Receiver receiver) {
      this.receiver = receiver;
    }

    void play(Order order) {
      if (over) {
        return;
      }
      Failure failure = failureOf(order.deployment());
      if (failure != null) {
        over = true;
        receiver.failed(failure);
        return;
      }
      MultiMap headers = MultiMap.caseInsensitiveMultiMap();
      headers.set("content-type", order.stream() ? "text/event-stream" : "application/json");
      receiver.head(200, headers);
      play(order.stream() ? MockReplies.events(order) : List.of(MockReplies.whole(order)));
    }

    /** Plays what the gateway counted. */
    void play(String count) {
      if (!over) {
        receiver.head(
            200, MultiMap.caseInsensitiveMultiMap().set("content-type", "application/json"));
        play(List.of(count));
      }
    }

    void fail(Order order, Throwable broken) {
      if (!over) {
        over = true;
        receiver.failed(
            broken instanceof FailureException refused
                ? refused.failure()
                : new Failure.UpstreamBroken(
                    "the tokens could not be counted.", order.deployment().provider()));
      }
    }

    private void play(List<String> pieces) {
      for (String piece : pieces) {
        if (over) {
          return;
        }
        receiver.bytes(Buffer.buffer(piece.getBytes(StandardCharsets.UTF_8)));
      }
      if (!over) {
        over = true;
        receiver.end();
      }
    }

    @Override
    public void cancel() {
      over = true;
    }

    @Override
    public void conclude() {
      over = true;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  /** LiteLLM's names of errors that a {@code mock_response} can raise. */
  private static @Nullable Failure failureOf(Deployment deployment) {
    String mock = deployment.mockResponse();
    if (mock == null) {
      return null;
    }
    return switch (mock) {
      case "litellm.RateLimitError" ->
          refused(deployment, 429, mock, "this is a mock rate limit error");
      case "litellm.InternalServerError" ->
          refused(deployment, 500, mock, "this is a mock internal server error");
      case "litellm.ContextWindowExceededError" ->
          refused(deployment, 400, mock, "this is a mock context window exceeded error");
      case "litellm.ContentPolicyViolationError" ->
          refused(deployment, 400, mock, "this is a mock content policy violation error");
      default ->
          mock.startsWith("Exception: ")
              ? refused(
                  deployment,
                  500,
                  "litellm.InternalServerError",
                  mock.substring("Exception: ".length()))
              : null;
    };
  }

  private static Failure refused(Deployment deployment, int status, String name, String message) {
    Failure.UpstreamRefused.Kind kind =
        switch (name) {
          case "litellm.ContextWindowExceededError" -> Failure.UpstreamRefused.Kind.CONTEXT_WINDOW;
          case "litellm.ContentPolicyViolationError" -> Failure.UpstreamRefused.Kind.CONTENT_POLICY;
          default -> Failure.UpstreamRefused.Kind.GENERAL;
        };
    return new Failure.UpstreamRefused(
        name + ": " + message, status, kind, deployment.provider(), null, null, null, null);
  }
}
