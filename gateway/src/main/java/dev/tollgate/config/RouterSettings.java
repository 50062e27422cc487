package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code router_settings} as they apply: where a key is absent, what {@code litellm_settings} says,
 * else LiteLLM's default.
 *
 * @param routingStrategy {@code routing_strategy}; those of {@link #SUPPORTED} work, the others
 *     shuffle
 * @param retries {@code num_retries}
 * @param timeout {@code timeout}, in seconds, else {@code litellm_settings.request_timeout}
 * @param streamTimeout {@code stream_timeout}, in seconds; null for {@code timeout}
 * @param allowedFails {@code allowed_fails} a minute before a deployment cools down; null for
 *     LiteLLM's own rule
 * @param cooldown {@code cooldown_time}, in seconds
 * @param cooldownsDisabled {@code disable_cooldowns}
 * @param retryAfter {@code retry_after}, in seconds: the least wait before a retry
 * @param fallbacks the fallback lists that apply
 * @param fallbackHopsMax {@code max_fallbacks}
 * @param aliases {@code model_group_alias}, by alias
 * @param retryPolicy {@code retry_policy}
 * @param providerBudgets {@code provider_budget_config}, by provider
 * @param deploymentRatesKept {@code enforce_model_rate_limits} among the {@code
 *     optional_pre_call_checks}
 * @param invalidIgnored {@code ignore_invalid_deployments}: an entry of {@code model_list} that is
 *     wrong is not served, and the others are
 */
public record RouterSettings(
    String routingStrategy,
    int retries,
    Duration timeout,
    @Nullable Duration streamTimeout,
    @Nullable Integer allowedFails,
    Duration cooldown,
    boolean cooldownsDisabled,
    Duration retryAfter,
    Fallbacks fallbacks,
    int fallbackHopsMax,
    Map<String, Alias> aliases,
    RetryPolicy retryPolicy,
    Map<String, SpendCap> providerBudgets,
    boolean deploymentRatesKept,
    boolean invalidIgnored) {
  private static final String SIMPLE_SHUFFLE = "simple-shuffle";
  private static final List<String> STRATEGIES =
      List.of(
          SIMPLE_SHUFFLE,
          "least-busy",
          "latency-based-routing",
          "usage-based-routing",
          "usage-based-routing-v2",
          "cost-based-routing",
          "provider-budget-routing");
  private static final List<String> SUPPORTED =
      List.of(SIMPLE_SHUFFLE, "least-busy", "latency-based-routing");
  private static final int RETRIES = 2;
  static final int RETRIES_MAX = 100;
  private static final int FALLBACK_HOPS = 5;
  private static final int FALLBACK_HOPS_MAX = 100;
  private static final Duration COOLDOWN = Duration.ofSeconds(5);

  /**
   * Another name of a model group.
   *
   * @param group the group that serves
   * @param hidden not in the list of models
   */
  public record Alias(String group, boolean hidden) {}

  public RouterSettings {
    SettingRefused.unless(
        STRATEGIES.contains(routingStrategy),
        "routing_strategy",
        "one of " + String.join(", ", STRATEGIES));
    SettingRefused.unless(timeout.isPositive(), "timeout", "seconds, more than 0");
    SettingRefused.unless(
        streamTimeout == null || streamTimeout.isPositive(),
        "stream_timeout",
        "seconds, more than 0");
    SettingRefused.unless(
        retries <= RETRIES_MAX, "num_retries", "a whole number from 0 to " + RETRIES_MAX);
    SettingRefused.unless(
        fallbackHopsMax <= FALLBACK_HOPS_MAX,
        "max_fallbacks",
        "a whole number from 0 to " + FALLBACK_HOPS_MAX);
  }

  static RouterSettings from(Section section, LitellmSettings litellm) {
    Duration timeout = section.seconds("timeout");
    Duration cooldown = section.seconds("cooldown_time");
    Duration retryAfter = section.seconds("retry_after");
    Integer hops = section.count("max_fallbacks");
    return section.checked(
        () ->
            new RouterSettings(
                strategy(section),
                first(section.count("num_retries"), litellm.retries(), RETRIES),
                timeout == null ? litellm.requestTimeout() : timeout,
                section.seconds("stream_timeout"),
                section.take("allowed_fails") == null
                    ? litellm.allowedFails()
                    : section.count("allowed_fails"),
                cooldown == null ? COOLDOWN : cooldown,
                section.flag("disable_cooldowns", false),
                retryAfter == null ? Duration.ZERO : retryAfter,
                Fallbacks.from(section, litellm.fallbacks()),
                hops == null ? FALLBACK_HOPS : hops,
                aliases(section),
                retryPolicy(section),
                SpendCap.from(section, "provider_budget_config"),
                deploymentRatesKept(section),
                section.flag("ignore_invalid_deployments", false)));
  }

  private static int first(@Nullable Integer own, @Nullable Integer inherited, int otherwise) {
    return own != null ? own : inherited != null ? inherited : otherwise;
  }

  private static String strategy(Section section) {
    String strategy = section.text("routing_strategy");
    if (strategy == null) {
      return SIMPLE_SHUFFLE;
    }
    if (!SUPPORTED.contains(strategy)) {
      section.retell("routing_strategy", Status.NOT_YET, SIMPLE_SHUFFLE + " is used instead");
    }
    return strategy;
  }

  private static Map<String, Alias> aliases(Section section) {
    Node node = section.take("model_group_alias");
    if (node == null) {
      return Map.of();
    }
    Map<String, Alias> aliases = new LinkedHashMap<>();
    section
        .mapping("model_group_alias", node)
        .forEach(
            (name, entry) -> {
              Alias alias = alias(section.path("model_group_alias." + name), entry.value());
              if (alias != null) {
                aliases.put(name, alias);
              }
            });
    return Collections.unmodifiableMap(aliases);
  }

  private static @Nullable Alias alias(String path, Node node) {
    return switch (node) {
      case Node.Scalar scalar -> scalar.value() == null ? null : new Alias(scalar.text(), false);
      case Node.Mapping mapping -> {
        Entry model = mapping.entries().get("model");
        if (model == null || model.value().isNull()) {
          throw new ConfigException(node.position(), path, "expected model: a model group");
        }
        Entry hidden = mapping.entries().get("hidden");
        yield new Alias(
            (String) ValueType.TEXT.read(model.value(), path + ".model"),
            hidden != null
                && !hidden.value().isNull()
                && (Boolean) ValueType.FLAG.read(hidden.value(), path + ".hidden"));
      }
      case Node.Sequence _ ->
          throw ValueType.wrong(node, path, "a model group, or {model, hidden}");
    };
  }

  private static boolean deploymentRatesKept(Section section) {
    List<String> checks = section.texts("optional_pre_call_checks");
    if (checks == null) {
      return false;
    }
    List<String> others = new ArrayList<>(checks);
    others.removeAll(List.of("enforce_model_rate_limits", "router_budget_limiting"));
    if (!others.isEmpty()) {
      section.retell(
          "optional_pre_call_checks", Status.NOT_YET, String.join(", ", others) + " is not done");
    }
    return checks.contains("enforce_model_rate_limits");
  }

  private static RetryPolicy retryPolicy(Section section) {
    Node node = section.take("retry_policy");
    if (node == null) {
      return RetryPolicy.NONE;
    }
    Section policy =
        new Section(
            section.path("retry_policy"), "retry_policy", section.mapping("retry_policy", node));
    RetryPolicy read = RetryPolicy.from(policy);
    List<Finding> parts = new ArrayList<>();
    policy.finish(parts);
    section.retell("retry_policy", parts);
    return read;
  }
}
