package dev.tollgate.wire.openai;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** OpenAI chat completions, completions and embeddings. Stateless and thread-safe. */
public final class OpenAiCodec implements Codec {
  @Override
  public Request readRequest(Operation operation, byte[] body) {
    return RequestReader.read(operation, Dialect.OPENAI, body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment) {
    return RequestEdit.bodyFor(request, deployment);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, @Nullable String shownModel, byte[] body) {
    return ReplyEdit.edit(request, deployment, shownModel, body);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, @Nullable String shownModel) {
    return new ChunkStream(request, deployment, shownModel);
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
