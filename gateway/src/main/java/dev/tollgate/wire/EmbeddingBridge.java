package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Vectors;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A client of one dialect's embeddings, served by a provider of another's. Belongs to one attempt
 * of one call. Embeddings are never streamed.
 */
final class EmbeddingBridge implements WholeCodec {
  private final Codec own;
  private final EmbeddingClient client;
  private final EmbeddingProvider provider;
  private @Nullable Embedding embedding;

  EmbeddingBridge(Codec own, EmbeddingClient client, EmbeddingProvider provider) {
    this.own = own;
    this.client = client;
    this.provider = provider;
  }

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return own.readRequest(endpoint, body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return provider.write(asked(request, deployment), request, deployment);
  }

  private Embedding asked(Request request, Deployment deployment) {
    Embedding known = embedding;
    if (known == null) {
      try {
        known = client.read(request, deployment);
      } catch (JacksonException malformed) {
        throw Bridge.malformed();
      }
      embedding = known;
    }
    return known;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    Vectors vectors = provider.read(asked(request, deployment), deployment, body);
    Usage reported = vectors.usage();
    Usage usage =
        reported == null || reported.inputTokens() == 0
            ? TokenCounter.count(request, TextSample.NONE)
            : reported;
    ReplyShape named = shape.orModel(deployment.model());
    return new WholeReply(
        client.write(request, vectors, usage, named), usage, vectors.id(), TextSample.NONE);
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return own.writeFailure(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return own.writeFailureEvent(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return provider.readFailure(deployment, status, retryAfter, now, body);
  }
}
