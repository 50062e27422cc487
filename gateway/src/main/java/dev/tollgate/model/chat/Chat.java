package dev.tollgate.model.chat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client asks of a model. The model's name is not in it: routing chose it.
 *
 * @param messages in their order, system messages among them
 * @param tools what the model may call
 * @param toolChoice null where the client said nothing
 * @param parallelToolCalls whether several tools may be called at once; null where nothing was said
 * @param format the form of the answer; null for text
 * @param reasoning how much to think; null where nothing was said
 * @param sampling how the answer is drawn
 * @param endUser for whom the client asks ({@code user}, {@code metadata.user_id})
 * @param extras parameters that this language has no word for, under the client's own names and in
 *     their order; a dialect takes those it knows
 */
public record Chat(
    List<Message> messages,
    List<Tool> tools,
    @Nullable ToolChoice toolChoice,
    @Nullable Boolean parallelToolCalls,
    @Nullable OutputFormat format,
    @Nullable Reasoning reasoning,
    Sampling sampling,
    @Nullable String endUser,
    Map<String, JsonNode> extras) {

  /** The same with other messages. */
  public Chat withMessages(List<Message> others) {
    return new Chat(
        others, tools, toolChoice, parallelToolCalls, format, reasoning, sampling, endUser, extras);
  }

  /** The same with other parameters that have no word here. */
  public Chat withExtras(Map<String, JsonNode> others) {
    return new Chat(
        messages,
        tools,
        toolChoice,
        parallelToolCalls,
        format,
        reasoning,
        sampling,
        endUser,
        others);
  }

  /** The same with another cap on output. */
  public Chat withMaxTokens(long tokens) {
    return new Chat(
        messages,
        tools,
        toolChoice,
        parallelToolCalls,
        format,
        reasoning,
        sampling.withMaxTokens(tokens),
        endUser,
        extras);
  }
}
