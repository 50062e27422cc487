package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.wire.json.JsonTree;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A deployment's rules for a request that did not come in OpenAI's words, in which they are
 * written. What the deployment has not is left out: its client never named it so and could not
 * know.
 */
final class ChatRules {
  private ChatRules() {}

  static Chat apply(Chat chat, BodyRules rules) {
    if (rules.unsupported().isEmpty()
        && rules.dropped().isEmpty()
        && rules.defaults().isEmpty()
        && rules.extraBody().isEmpty()) {
      return chat;
    }
    Map<String, JsonNode> extras = new LinkedHashMap<>(chat.extras());
    rules.unsupported().forEach(extras::remove);
    rules.dropped().forEach(extras::remove);
    rules.extraBody().forEach((name, json) -> extras.put(name, read(json)));
    Kept kept = new Kept(rules.unsupported(), rules.dropped(), rules.defaults());
    return new Chat(
        chat.messages(),
        kept.or("tools", chat.tools(), List.of()),
        kept.of("tool_choice", chat.toolChoice()),
        kept.of("parallel_tool_calls", chat.parallelToolCalls()),
        kept.of("response_format", chat.format()),
        kept.of("reasoning_effort", chat.reasoning()),
        sampling(chat.sampling(), kept),
        kept.of("user", chat.endUser()),
        extras);
  }

  private static Sampling sampling(Sampling asked, Kept kept) {
    return new Sampling(
        kept.whole("max_tokens", asked.maxTokens()),
        kept.number("temperature", asked.temperature()),
        kept.number("top_p", asked.topP()),
        kept.number("top_k", asked.topK()),
        kept.or("stop", asked.stop(), List.of()),
        kept.whole("seed", asked.seed()),
        kept.number("frequency_penalty", asked.frequencyPenalty()),
        kept.number("presence_penalty", asked.presencePenalty()),
        kept.of("n", asked.choices()),
        kept.of("logprobs", asked.logprobs()),
        kept.of("top_logprobs", asked.topLogprobs()),
        kept.of("logit_bias", asked.logitBias()));
  }

  private static JsonNode read(String json) {
    return JsonTree.read(json.getBytes(UTF_8));
  }

  /** What is left of parameters, by OpenAI's names. */
  private record Kept(Set<String> unsupported, Set<String> dropped, Map<String, String> defaults) {
    boolean has(String name) {
      return !unsupported.contains(name) && !dropped.contains(name);
    }

    <T> @Nullable T of(String name, @Nullable T value) {
      return has(name) ? value : null;
    }

    <T> T or(String name, T value, T nothing) {
      return has(name) ? value : nothing;
    }

    @Nullable BigDecimal number(String name, @Nullable BigDecimal value) {
      if (value != null || !defaults.containsKey(name)) {
        return of(name, value);
      }
      JsonNode given = read(defaults.getOrDefault(name, "null"));
      return given.isNumber() ? given.decimalValue() : null;
    }

    @Nullable Long whole(String name, @Nullable Long value) {
      if (value != null || !defaults.containsKey(name)) {
        return of(name, value);
      }
      JsonNode given = read(defaults.getOrDefault(name, "null"));
      return given.canConvertToLong() ? given.longValue() : null;
    }
  }
}
