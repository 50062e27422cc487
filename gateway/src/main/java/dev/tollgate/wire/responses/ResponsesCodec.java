package dev.tollgate.wire.responses;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.openai.ErrorBody;
import dev.tollgate.wire.openai.OutputCap;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.ReplyEdit;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** OpenAI Responses, for providers that have it. Stateless and thread-safe. */
public final class ResponsesCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request read = RequestReader.read(endpoint.operation(), body);
    return endpoint.operation() == Operation.RESPONSES ? read : read.asWhole();
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    if (request.operation() == Operation.RESPONSE_INPUT_TOKENS) {
      return RequestEdit.bodyFor(request, deployment.withRules(Deployment.BodyRules.NONE));
    }
    Deployment capped = OutputCap.on(deployment, request, outputCap);
    return SignedIds.bare(RequestEdit.bodyFor(request, capped), deployment);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    return switch (request.operation()) {
      case RESPONSE_INPUT_TOKENS -> InputTokens.check(deployment, body);
      case RESPONSES -> {
        byte[] shown = ShownIds.edit(body, shape.stored(), deployment.provider());
        yield ReplyEdit.edit(request, deployment, shape.model(), shown);
      }
      default -> ReplyEdit.edit(request, deployment, shape.model(), body);
    };
  }

  /** Streamed responses keep the provider's model name, as with LiteLLM. */
  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new ResponseStream(deployment, shape.stored(), null);
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return ErrorBody.of(failure);
  }

  /** OpenAI's {@code error} event. */
  @Override
  public byte[] writeFailureEvent(Failure failure) {
    StringBuilder event = new StringBuilder(192);
    event.append("event: error\ndata: {\"type\":\"error\",\"code\":\"");
    event.append(failure.status()).append("\",\"message\":");
    JsonText.quote(event, failure.message());
    event.append(",\"param\":null,\"sequence_number\":0}\n\n");
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String provider = deployment.provider();
    // LiteLLM never calls this endpoint through OpenAI's SDK.
    Refusal.Family family = provider.equals("azure") ? Refusal.Family.AZURE : Refusal.Family.DIRECT;
    return Refusal.of(provider, family, status, Refusal.retryAfter(retryAfter, now), body);
  }
}
