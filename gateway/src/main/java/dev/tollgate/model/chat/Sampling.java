package dev.tollgate.model.chat;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How an answer is drawn and how long it may be; null where the client said nothing. Numbers as the
 * client wrote them.
 *
 * @param maxTokens most tokens of output, thoughts included
 * @param choices how many answers, OpenAI's {@code n}
 */
public record Sampling(
    @Nullable Long maxTokens,
    @Nullable BigDecimal temperature,
    @Nullable BigDecimal topP,
    @Nullable BigDecimal topK,
    List<String> stop,
    @Nullable Long seed,
    @Nullable BigDecimal frequencyPenalty,
    @Nullable BigDecimal presencePenalty,
    @Nullable Integer choices,
    @Nullable Boolean logprobs,
    @Nullable Integer topLogprobs,
    @Nullable JsonNode logitBias) {
  public static final Sampling NONE =
      new Sampling(null, null, null, null, List.of(), null, null, null, null, null, null, null);

  /** The same with another cap on output. */
  public Sampling withMaxTokens(long tokens) {
    return new Sampling(
        tokens,
        temperature,
        topP,
        topK,
        stop,
        seed,
        frequencyPenalty,
        presencePenalty,
        choices,
        logprobs,
        topLogprobs,
        logitBias);
  }
}
