package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Vectors;

/**
 * Embeddings as clients of a dialect ask for them, for calls that another dialect answers.
 * Stateless and thread-safe.
 */
public interface EmbeddingClient {
  /**
   * Reads a request.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} that names the member and
   *     what was expected
   */
  Embedding read(Request request, Deployment deployment);

  /**
   * Writes the reply.
   *
   * @param usage the provider's figures, else those counted here
   */
  byte[] write(Request request, Vectors vectors, Usage usage, ReplyShape shape);
}
