package dev.tollgate.wire.openai;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** OpenAI chat completions, completions and embeddings. Stateless and thread-safe. */
public final class OpenAiCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return RequestReader.read(endpoint.operation(), body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    Deployment capped = OutputCap.on(deployment, request, outputCap);
    byte[] body = RequestEdit.bodyFor(request, capped);
    return request.mayNameToolCalls() ? SignedIds.bare(body, deployment) : body;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    return ReplyEdit.edit(request, deployment, shape.model(), body);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new ChunkStream(request, deployment, shape.model());
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return ErrorBody.of(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return ErrorBody.eventOf(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String provider = deployment.provider();
    return Refusal.of(
        provider, Refusal.familyOf(provider), status, Refusal.retryAfter(retryAfter, now), body);
  }
}
