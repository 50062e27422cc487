package dev.tollgate.pipeline;

import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.WholeReply;

/**
 * What a call has used: the provider's own figures where it sent them, else counted. Lives on the
 * call's event loop.
 */
final class Meter {
  private final Request request;
  private final Toll toll;
  private final Tariff tariff;

  Meter(Request request, Toll toll, Tariff tariff) {
    this.request = request;
    this.toll = toll;
    this.tariff = tariff;
  }

  Usage whole(WholeReply reply) {
    Usage reported = reply.usage();
    return reported != null ? reported : counted(reply.outputText());
  }

  /**
   * What a provider says at the start of a stream, as Anthropic does, is no figure for all of it.
   */
  Usage streamed(StreamEdit edit) {
    Usage reported = edit.usage();
    if (reported != null && edit.finished()) {
      return reported;
    }
    Usage counted = edit.withTools(counted(edit.outputText()));
    return reported == null ? counted : reported.withOutputAtLeast(counted.outputTokens());
  }

  /** The prompt alone, where the provider was at work and nobody waits for the answer any more. */
  Usage prompt() {
    return counted(TextSample.NONE);
  }

  /** A response in the background goes on when nobody listens: all that was held is charged. */
  private Usage counted(TextSample outputText) {
    Usage counted = TokenCounter.count(request, outputText);
    return StoredResponses.isInBackground(request)
        ? tariff.unseen(
            Usage.counted(
                counted.inputTokens(), Math.max(counted.outputTokens(), toll.outputTokens())))
        : counted;
  }
}
