package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.openai.OutputCap;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Anthropic Messages, for providers that have it. Stateless and thread-safe. */
public final class AnthropicCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return RequestReader.read(endpoint.operation(), body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    if (request.operation() == Operation.COUNT_TOKENS) {
      return RequestEdit.bodyFor(request, deployment.withRules(BodyRules.NONE));
    }
    Deployment capped = OutputCap.on(deployment, request, outputCap);
    return SignedIds.bare(RequestEdit.bodyFor(request, capped), deployment);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    ApiHeaders headers = new ApiHeaders(deployment).client(client);
    if (request.operation() == Operation.COUNT_TOKENS) {
      headers.add("token-counting-2024-11-01");
    }
    return headers.map();
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    if (request.operation() == Operation.COUNT_TOKENS) {
      return TokenCount.edit(deployment, body);
    }
    return MessageEdit.edit(deployment, shape.model(), body);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new MessageStream(deployment, shape.model());
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return ClientError.of(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return ClientError.eventOf(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return MessagesRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }
}
