package dev.tollgate.pipeline;

import dev.tollgate.ledger.Estimates;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.TokenCounter;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that a call is expected to use.
 *
 * @param input estimated
 * @param output of one choice, capped or expected
 * @param cap what the ledger takes for the cap of the client; null where a strict budget has to set
 *     one, since the client set none
 */
record Size(long input, long output, @Nullable Long cap) {

  /**
   * The client's own cap on output, else what calls without one have returned. Under a strict
   * budget nothing is believed that is less than what is certain.
   *
   * @param strict whether a budget that the call draws on is
   * @param usualOutput output tokens expected where nothing was learned yet
   */
  static Size of(
      Request request,
      boolean strict,
      Deployment deployment,
      Estimates estimates,
      long usualOutput) {
    Operation operation = request.operation();
    long bytes = TokenCounter.estimateInput(request);
    long learned = estimates.input(deployment, operation, bytes);
    long input = strict ? Math.max(bytes, learned) : learned;
    if (request.outputTokensMax() != null || !operation.writesText()) {
      long cap = request.outputTokensMax() == null ? 0 : request.outputTokensMax();
      return new Size(input, cap, cap);
    }
    long output = strict ? usualOutput : estimates.output(deployment, operation, usualOutput);
    return new Size(input, output, strict ? null : Long.valueOf(output));
  }

  long all() {
    return input + output;
  }
}
