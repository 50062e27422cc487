package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes one dialect. Stateless and thread-safe; only the {@link StreamEdit} it makes
 * belongs to one reply.
 */
public interface Codec {
  /**
   * Scans a client's body once.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} in LiteLLM's wording if
   *     it is not a JSON object, lacks what the operation needs, or names a parameter that the
   *     gateway reads twice
   */
  Request readRequest(Operation operation, byte[] body);

  /**
   * The body for a provider: the model's name replaced (or inserted when it came from the path),
   * the deployment's rules applied, LiteLLM's own parameters and nulls taken out, usage asked for
   * on streams; everything else byte for byte.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} if the client sent
   *     parameters which the deployment has not and may not drop
   */
  byte[] requestFor(Request request, Deployment deployment);

  /**
   * Edits a whole reply.
   *
   * @param shownModel the model's name for the client; null leaves the provider's
   * @throws dev.tollgate.model.FailureException with an {@code UpstreamBroken} if the body is no
   *     reply of this dialect
   */
  WholeReply readReply(
      Request request, Deployment deployment, @Nullable String shownModel, byte[] body);

  /** State for editing one streamed reply; {@code shownModel} as in {@link #readReply}. */
  StreamEdit stream(Request request, Deployment deployment, @Nullable String shownModel);

  /** The error body for a client of this dialect. */
  byte[] writeFailure(Failure failure);

  /** The event that tells a client of a failure in mid-stream, its blank line included. */
  byte[] writeFailureEvent(Failure failure);

  /**
   * Reads a provider's error answer.
   *
   * @param retryAfter the header's value: seconds or an HTTP date
   * @param now for an HTTP date
   */
  Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body);
}
