package dev.tollgate.pipeline;

import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.WholeReply;
import java.util.function.Supplier;

/**
 * What a call has used: the provider's own figures where it sent them, else counted; input and
 * output each for itself. Lives on the call's event loop.
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
    return reported == null
        ? counted(reply.outputText(), true)
        : completed(reported, reply::outputText);
  }

  /**
   * What a provider says at the start of a stream, as Anthropic does, is no figure for all of it.
   */
  Usage streamed(StreamEdit edit) {
    Usage reported = edit.usage();
    if (reported != null && edit.finished()) {
      return completed(reported, edit::outputText);
    }
    Usage counted = edit.withTools(counted(edit.outputText(), true));
    if (!request.operation().writesText()) {
      // Of images and sounds a part costs no less than what was held for the whole.
      return reported == null || reported.outputTokens() < counted.outputTokens()
          ? counted
          : reported;
    }
    return reported == null
        ? counted
        : reported.completedBy(counted).withOutputAtLeast(counted.outputTokens());
  }

  /**
   * A provider that says zero for a prompt, or for an answer that was there, has not counted it.
   */
  private Usage completed(Usage reported, Supplier<TextSample> outputText) {
    boolean counts =
        switch (request.operation().family()) {
          case CHAT, EMBEDDING -> true;
          case RERANK, MODERATION, IMAGE, AUDIO, COUNT, STORED, PASS_THROUGH -> false;
        };
    boolean complete =
        reported.inputTokens() > 0
            && (reported.outputTokens() > 0 || !request.operation().writesText());
    if (!counts || complete) {
      return reported;
    }
    TextSample output = reported.outputTokens() > 0 ? TextSample.NONE : outputText.get();
    return reported.inputTokens() > 0 && output.bytes() == 0
        ? reported
        : reported.completedBy(TokenCounter.count(request, output));
  }

  /** The prompt alone, where the provider was at work and nobody waits for the answer any more. */
  Usage prompt() {
    return counted(TextSample.NONE, false);
  }

  /** A response in the background goes on when nobody listens: all that was held is charged. */
  private Usage counted(TextSample outputText, boolean answered) {
    Usage counted = TokenCounter.count(request, outputText);
    return StoredResponses.isInBackground(request)
        ? tariff.unseen(
            Usage.counted(
                counted.inputTokens(), Math.max(counted.outputTokens(), toll.outputTokens())))
        : Estimate.completed(request, counted, answered);
  }
}
