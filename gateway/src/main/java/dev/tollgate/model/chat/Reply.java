package dev.tollgate.model.chat;

import dev.tollgate.model.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A model's whole answer.
 *
 * @param id the provider's id; null if it gives none
 * @param model the provider's name of the model
 * @param created seconds of the epoch; null if the provider does not say
 * @param choices at least one
 * @param usage null if the provider sent no figures
 * @param extras what else the provider says, under its own names
 */
public record Reply(
    @Nullable String id,
    @Nullable String model,
    @Nullable Long created,
    List<Choice> choices,
    @Nullable Usage usage,
    Map<String, JsonNode> extras) {

  /**
   * One answer.
   *
   * @param parts thoughts, text, calls, in the order in which they were made
   * @param finish null if the provider does not say
   * @param logprobs OpenAI's {@code logprobs} of the choice
   */
  public record Choice(
      int index, List<Part> parts, @Nullable Finish finish, @Nullable JsonNode logprobs) {}
}
