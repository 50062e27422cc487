package dev.tollgate.wire.responses;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Responses that their provider keeps: read again, deleted, cancelled. The tokens that they tell of
 * were charged when they were made. Stateless and thread-safe.
 */
public final class StoredResponseCodec implements Codec {
  private static final byte[] NOTHING = {};
  private static final ResponsesCodec MADE = new ResponsesCodec();

  /** OpenAI's; what else stands in a query, an Azure client's version say, is not for us. */
  private static final Set<String> PASSED_ON =
      Set.of(
          "include",
          "include[]",
          "include%5B%5D",
          "include_obfuscation",
          "starting_after",
          "stream",
          "limit",
          "order",
          "after",
          "before");

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request read = RequestReader.read(endpoint.operation(), NOTHING);
    String id = Objects.requireNonNull(endpoint.pathId(), "the template names a response");
    StringBuilder query = new StringBuilder();
    boolean stream = false;
    for (String parameter : endpoint.query().split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      if (PASSED_ON.contains(name)) {
        query.append(query.isEmpty() ? "" : "&").append(parameter);
        stream |= parameter.equalsIgnoreCase("stream=true");
      }
    }
    return read.withStream(stream && endpoint.operation() == Operation.RESPONSE_READ, null)
        .about(new Request.Stored(id, query.toString()));
  }

  @Override
  public Route routeFor(Request request, Deployment deployment, Route route) {
    return route.to(Objects.requireNonNull(request.stored(), "what is stored has a name"));
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return NOTHING;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    return new WholeReply(
        ShownIds.edit(body, shape.stored(), deployment.provider()),
        Usage.NONE,
        null,
        TextSample.NONE);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new ResponseStream(deployment, shape.stored(), Usage.NONE);
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return MADE.framing(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return MADE.isStream(contentType);
  }

  @Override
  public String streamType() {
    return MADE.streamType();
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return MADE.writeFailure(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return MADE.writeFailureEvent(failure);
  }

  /** What the provider says of one response says nothing of the deployment's health. */
  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    Failure failure = MADE.readFailure(deployment, status, retryAfter, now, body);
    return switch (status) {
      case 400, 404, 405, 409, 410, 422 ->
          new Failure.NotThere(failure.message(), status, "response_id");
      default -> failure;
    };
  }
}
