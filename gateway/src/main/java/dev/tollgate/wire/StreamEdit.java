package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.sse.EventData;
import org.jspecify.annotations.Nullable;

/**
 * Edits the events of one streamed reply and remembers what the call's end needs. For one reply and
 * one thread.
 */
public interface StreamEdit {
  /**
   * Edits one complete event, given with its terminating blank line.
   *
   * @return {@code buffer} itself if the event goes out unchanged, as it stands from {@code from}
   *     to {@code to}; other bytes to send in its place; null if it is not for the client: the
   *     usage event that only the gateway asked for, or an error (see {@link #failure})
   */
  byte @Nullable [] edit(byte[] buffer, int from, int to);

  /**
   * Whether an event says nothing, as a comment does while the provider thinks: such a one before
   * all others must not rule out another deployment.
   */
  default boolean isSilent(byte[] buffer, int from, int to) {
    return EventData.of(buffer, from, to).isEmpty();
  }

  /**
   * What the client still has to get when the provider closed the stream in good order: the usage
   * event that was asked for and {@code [DONE]}, if the provider sent none; null for nothing.
   */
  default byte @Nullable [] ending() {
    return null;
  }

  /**
   * The newest figures of the provider (or those counted here because the client asked for usage
   * and the provider sent none); null if there are none.
   */
  @Nullable Usage usage();

  /** What was counted here, with the tools that the provider has run so far. */
  default Usage withTools(Usage counted) {
    return counted;
  }

  /** The reply's id, null if none was seen. */
  default @Nullable String id() {
    return null;
  }

  /** Whether the provider said that the stream is over. */
  boolean done();

  /**
   * Whether the answer itself is complete, so that a stream that closes now was not cut off: a
   * finish reason for each choice, or {@link #done}.
   */
  boolean finished();

  /**
   * The failure that the event edited last told of. If {@link #edit} returned bytes all the same,
   * they tell the client in the dialect's own way; if it returned null, the caller has to.
   */
  @Nullable Failure failure();

  /** Whether any output (text, reasoning, a tool call) was seen. */
  boolean sawContent();

  /** Of the output seen so far, for counting tokens. */
  TextSample outputText();
}
