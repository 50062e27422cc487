package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Deployment.Sometimes;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Effort;
import dev.tollgate.wire.openai.Unsupported;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A deployment's rules for a request that another dialect answers.
 *
 * <p>They are written in OpenAI's words, and its clients' requests have followed them already. For
 * other clients, what steers how the answer is drawn is refused where the deployment has not got
 * it, or dropped if the config says so; the rest is left out: they never named it so and could not
 * know.
 */
final class ChatRules {
  /** What is never left out without a word. */
  private static final Set<String> REFUSED =
      Set.of(
          "stop",
          "seed",
          "frequency_penalty",
          "presence_penalty",
          "top_k",
          "n",
          "logprobs",
          "top_logprobs",
          "logit_bias",
          "parallel_tool_calls");

  private ChatRules() {}

  /**
   * What is left to be asked.
   *
   * @param lacks what the provider has no place for, always or sometimes
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} that names what cannot be
   *     carried and may not be dropped
   */
  static Chat apply(Chat chat, Request request, Deployment deployment, Set<String> lacks) {
    Chat ruled = request.dialect() == Dialect.OPENAI ? chat : apply(chat, deployment.rules());
    Set<String> dropped = new HashSet<>();
    for (String name : lacks) {
      if (isAsked(ruled, name)
          && !isTaken(ruled, name, deployment.rules().sometimes())
          && !request.controls().allowedParams().contains(name)) {
        if (request.dialect() == Dialect.OPENAI || REFUSED.contains(name)) {
          Unsupported.refuse(request, deployment, name);
        }
        dropped.add(name);
      }
    }
    return dropped.isEmpty() ? ruled : kept(ruled, new Kept(Set.of(), dropped, Map.of()));
  }

  /** Whether a request says something that a provider without the parameter would not do anyway. */
  private static boolean isAsked(Chat chat, String name) {
    Sampling sampling = chat.sampling();
    return switch (name) {
      case "temperature" -> sampling.temperature() != null;
      case "stop" -> !sampling.stop().isEmpty();
      case "seed" -> sampling.seed() != null;
      case "frequency_penalty" -> isSet(sampling.frequencyPenalty());
      case "presence_penalty" -> isSet(sampling.presencePenalty());
      case "top_k" -> sampling.topK() != null;
      case "n" -> sampling.choices() != null && sampling.choices() > 1;
      case "logprobs" -> Boolean.TRUE.equals(sampling.logprobs());
      case "top_logprobs" -> sampling.topLogprobs() != null;
      case "logit_bias" -> sampling.logitBias() != null;
      case "parallel_tool_calls" ->
          Boolean.FALSE.equals(chat.parallelToolCalls()) && !chat.tools().isEmpty();
      default -> false; // left out, or the dialect's own to judge
    };
  }

  /** Whether a parameter that is taken only sometimes is taken of this request. */
  private static boolean isTaken(Chat chat, String name, Sometimes sometimes) {
    BigDecimal temperature = chat.sampling().temperature();
    boolean isOne =
        name.equals("temperature")
            && temperature != null
            && temperature.compareTo(BigDecimal.ONE) == 0;
    String effort = Effort.of(chat.reasoning());
    return sometimes.takes(name, isOne, effort != null && !effort.equals("none"));
  }

  private static boolean isSet(@Nullable BigDecimal penalty) {
    return penalty != null && penalty.signum() != 0;
  }

  private static Chat apply(Chat chat, BodyRules rules) {
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
    Set<String> unsaid = new HashSet<>(rules.unsupported());
    unsaid.removeAll(REFUSED);
    Kept kept = new Kept(unsaid, rules.dropped(), rules.defaults());
    return kept(chat.withExtras(extras), kept);
  }

  private static Chat kept(Chat chat, Kept kept) {
    return new Chat(
        chat.messages(),
        kept.or("tools", chat.tools(), List.of()),
        kept.of("tool_choice", chat.toolChoice()),
        kept.of("parallel_tool_calls", chat.parallelToolCalls()),
        kept.of("response_format", chat.format()),
        kept.of("reasoning_effort", chat.reasoning()),
        sampling(chat.sampling(), kept),
        kept.of("user", chat.endUser()),
        chat.extras());
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
