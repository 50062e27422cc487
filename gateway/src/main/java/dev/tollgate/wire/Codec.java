package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way between a client and a provider: of one dialect, where the bytes go through with the
 * edits that we own, or of two, where they are translated ({@link Bridge}). The codec of a dialect
 * is stateless and thread-safe; one from {@link Codecs#between} belongs to one attempt of one call,
 * and what {@link #stream} makes to one reply.
 */
public interface Codec {
  /**
   * Scans a client's body once.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} in LiteLLM's wording if
   *     it is not a JSON object, lacks what the operation needs, or names a parameter that the
   *     gateway reads twice
   */
  Request readRequest(Endpoint endpoint, byte[] body);

  /**
   * The body for a provider: the model's name replaced (or inserted when it came from the path),
   * the deployment's rules applied, LiteLLM's own parameters and nulls taken out, usage asked for
   * on streams; everything else byte for byte.
   *
   * @param outputCap most output tokens that the budget leaves room for, in place of the client's
   *     own cap; null for none
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} if the client sent
   *     parameters which the deployment has not and may not drop
   */
  byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap);

  /**
   * Headers that a request needs at its provider beside the deployment's own, which they replace;
   * names in lower case. Asked for once, after the body.
   *
   * @param client the client's headers by their name in lower case: a dialect passes on the few
   *     that are part of its API
   */
  default Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    return Map.of();
  }

  /** Whether a body is a form with files, whose large ones need not be in memory. */
  default boolean hasFiles() {
    return false;
  }

  /** Where a request goes: the deployment's route, unless the request names a place below it. */
  default Route routeFor(Request request, Deployment deployment, Route route) {
    return route;
  }

  /**
   * Edits a whole reply.
   *
   * @param shape what the reply is told beside the provider's words
   * @throws dev.tollgate.model.FailureException with an {@code UpstreamBroken} if the body is no
   *     reply of this dialect
   */
  WholeReply readReply(Request request, Deployment deployment, ReplyShape shape, byte[] body);

  /** The status of a whole reply for the client, where the provider's was a good one. */
  default int replyStatus(int provided) {
    return 200;
  }

  /** The content type of a whole reply for the client, where the provider's was this. */
  default String replyType(String provided) {
    return "application/json";
  }

  /**
   * Cuts a provider's stream into events of at most {@code eventBytesMax} bytes each: server-sent
   * ones, as most are.
   */
  default Framing framing(int eventBytesMax) {
    return new EventSplitter(eventBytesMax);
  }

  /** Whether a provider's answer of this content type, in lower case, is a stream. */
  default boolean isStream(String contentType) {
    return EventSplitter.isStream(contentType);
  }

  /** Whether the answer is handed on while it comes, if it {@link #isStream}. */
  default boolean streams(Request request) {
    return request.stream();
  }

  /** The content type of the stream that the client gets. */
  default String streamType() {
    return EventSplitter.CONTENT_TYPE;
  }

  /**
   * The same where client or provider have a say.
   *
   * @param shape as in {@link #readReply}
   * @param provided the provider's content type
   */
  default String streamType(ReplyShape shape, String provided) {
    return streamType();
  }

  /** State for editing one streamed reply; {@code shape} as in {@link #readReply}. */
  StreamEdit stream(Request request, Deployment deployment, ReplyShape shape);

  /** The error body for a client of this dialect. */
  byte[] writeFailure(Failure failure);

  /**
   * The event that tells a client of a failure in mid-stream, its blank line included; empty where
   * a stream has no place for one and is cut off instead.
   */
  byte[] writeFailureEvent(Failure failure);

  /**
   * The same where the stream's form is the client's choice; {@code shape} as in {@link #stream}.
   */
  default byte[] writeFailureEvent(Failure failure, ReplyShape shape) {
    return writeFailureEvent(failure);
  }

  /**
   * Reads a provider's error answer.
   *
   * @param retryAfter the header's value: seconds or an HTTP date
   * @param now for an HTTP date
   */
  Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body);
}
