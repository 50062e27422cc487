package dev.tollgate.wire.single;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.openai.ErrorBody;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rerank, moderations, and images, which may come as events. Stateless and thread-safe. */
public final class SingleCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return RequestReader.read(endpoint.operation(), body).asWhole();
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return RequestEdit.bodyFor(request, deployment);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    WholeReply reply = MeteredReply.read(request.operation(), deployment, body);
    return ImageSettings.applies(request, deployment) ? ImageSettings.told(request, reply) : reply;
  }

  /** Whether images come as events is the provider's choice: some know no streams of them. */
  @Override
  public boolean streams(Request request) {
    return request.operation() == Operation.IMAGE_GENERATION;
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new MeteredStream(request, deployment);
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
