package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Texts;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operation as its providers speak it, for clients of another dialect: the request written out
 * of the common language, the answer read into it. Stateless and thread-safe; what {@link #events}
 * makes belongs to one reply.
 */
public interface ProviderSide {
  /**
   * Parameters, in OpenAI's words, that a deployment has no place for, always or sometimes: they
   * are refused or dropped, as the config says.
   */
  default Set<String> lacks(Deployment deployment) {
    return deployment.rules().notAlways();
  }

  /**
   * Writes the provider's body.
   *
   * @param request the client's own, for what steers the gateway and whether a stream is asked for
   * @param texts the client's long texts
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} for what this dialect
   *     cannot carry and may not drop
   */
  byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts);

  /** Headers that the request needs; parameters as in {@link Codec#headersFor}. */
  default Map<String, String> headersFor(
      Chat chat, Deployment deployment, Function<String, @Nullable String> client) {
    return Map.of();
  }

  /**
   * Reads a whole reply.
   *
   * @param chat what was asked, without its messages
   * @throws dev.tollgate.model.FailureException with an {@code UpstreamBroken} if it is none of
   *     this dialect
   */
  Reply readReply(Chat chat, Deployment deployment, byte[] body);

  /**
   * Reads the events of a streamed reply.
   *
   * @param chat what was asked, without its messages
   */
  EventReader events(Chat chat, Deployment deployment);

  /** Cuts a stream into events of at most {@code eventBytesMax} bytes each. */
  Framing framing(int eventBytesMax);

  /** Whether an answer of this content type, in lower case, is a stream. */
  boolean isStream(String contentType);

  /** Reads an error answer; parameters as in {@link Codec#readFailure}. */
  Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body);

  /** The same, of a failure that answers a request for a stream. */
  default Failure ofStream(Failure failure) {
    return failure;
  }
}
