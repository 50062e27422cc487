package dev.tollgate.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one call ended; made exactly once for each call. The log line, the metrics, the journal
 * record and the spend row all come from it.
 *
 * @param callId the call's id, {@code x-litellm-call-id}; a client may have chosen it
 * @param ending how it ended
 * @param operation what was asked
 * @param route the endpoint's route template
 * @param caller who called; null if nobody was identified
 * @param requestedModel the model as the client named it; null if it never came to that
 * @param deployment who served, or failed last; null if no provider was tried
 * @param stream whether the client asked for a stream
 * @param status HTTP status sent (or that would have been)
 * @param failure why it failed; null when it went well
 * @param usage tokens seen or counted
 * @param cost what is charged
 * @param priced whether a price was known
 * @param attempts calls made to providers
 * @param fallbacks hops to another model group
 * @param started when the request's head had arrived
 * @param duration from then to the end
 * @param upstream time spent waiting for providers
 * @param firstEvent from the start to the first event of a stream; null for a whole reply
 * @param responseId id in the provider's reply
 * @param endUser the client's {@code user}
 * @param tags request tags
 * @param sessionId session, or trace, as the client named it
 * @param clientAddress the peer's address
 * @param userAgent the client's {@code user-agent}, shortened
 */
public record Outcome(
    String callId,
    Ending ending,
    Operation operation,
    String route,
    @Nullable Caller caller,
    @Nullable String requestedModel,
    @Nullable Deployment deployment,
    boolean stream,
    int status,
    @Nullable Failure failure,
    Usage usage,
    Money cost,
    boolean priced,
    int attempts,
    int fallbacks,
    Instant started,
    Duration duration,
    Duration upstream,
    @Nullable Duration firstEvent,
    @Nullable String responseId,
    @Nullable String endUser,
    List<String> tags,
    @Nullable String sessionId,
    String clientAddress,
    @Nullable String userAgent) {

  /** The ways in which a call ends. */
  public enum Ending {
    COMPLETE,
    REFUSED,
    UPSTREAM_FAILED,
    CLIENT_GONE,
    TIMED_OUT,
    SHUTDOWN
  }

  public boolean ok() {
    return failure == null;
  }
}
