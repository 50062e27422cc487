package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Vectors;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings as providers of a dialect make them, for clients of another. Stateless and
 * thread-safe.
 */
public interface EmbeddingProvider {
  /**
   * Writes the provider's body.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} for what this dialect
   *     cannot carry and may not drop
   */
  byte[] write(Embedding embedding, Request request, Deployment deployment);

  /**
   * Reads a reply.
   *
   * @throws dev.tollgate.model.FailureException with an {@code UpstreamBroken} if it is none of
   *     this dialect, or has not a vector for each input
   */
  Vectors read(Embedding embedding, Deployment deployment, byte[] body);

  /** Reads an error answer; parameters as in {@link Codec#readFailure}. */
  default Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return Refusal.of(
        deployment.provider(),
        Refusal.Family.DIRECT,
        status,
        Refusal.retryAfter(retryAfter, now),
        body);
  }
}
