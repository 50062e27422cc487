package dev.tollgate.model.chat;

import org.jspecify.annotations.Nullable;

/**
 * How much the model shall think; null where nothing was said.
 *
 * @param effort OpenAI's word: {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code
 *     high}, {@code xhigh}
 * @param budgetTokens most tokens of thought; 0 for none, -1 for as many as the model likes
 * @param adaptive Anthropic's {@code adaptive}: as much as the model likes
 * @param summary OpenAI's {@code auto}, {@code concise}, {@code detailed}
 * @param shown whether the thoughts come with the answer
 */
public record Reasoning(
    @Nullable String effort,
    @Nullable Long budgetTokens,
    boolean adaptive,
    @Nullable String summary,
    @Nullable Boolean shown) {

  public static Reasoning ofEffort(String effort) {
    return new Reasoning(effort, null, false, null, null);
  }

  public static Reasoning ofBudget(long tokens) {
    return new Reasoning(null, tokens, false, null, null);
  }
}
