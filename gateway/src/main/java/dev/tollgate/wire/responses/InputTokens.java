package dev.tollgate.wire.responses;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Refusal;
import tools.jackson.core.JacksonException;

/** Answers of {@code /responses/input_tokens}. */
final class InputTokens {
  private InputTokens() {}

  static WholeReply check(Deployment deployment, byte[] body) {
    boolean counted;
    try {
      counted = JsonTree.read(body).path("input_tokens").isIntegralNumber();
    } catch (JacksonException notJson) {
      counted = false;
    }
    if (!counted) {
      throw new FailureException(
          Refusal.unusable(deployment.provider(), "the reply has no 'input_tokens'"));
    }
    return new WholeReply(body, Usage.NONE, null, TextSample.NONE);
  }
}
