package dev.tollgate.app;

import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ModelEntry;
import dev.tollgate.config.PassThroughEndpoint;
import dev.tollgate.config.RetryPolicy;
import dev.tollgate.config.RouterSettings;
import dev.tollgate.ledger.Prices;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Scope;
import dev.tollgate.provider.Catalogue;
import dev.tollgate.provider.DeploymentSource;
import dev.tollgate.provider.Deployments;
import dev.tollgate.provider.HttpUpstream;
import dev.tollgate.provider.TokenClient;
import dev.tollgate.provider.UnsupportedProvider;
import dev.tollgate.routing.ErrorKind;
import dev.tollgate.routing.RoutingSettings;
import dev.tollgate.routing.RoutingTable;
import dev.tollgate.wire.openai.Quirk;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the config's entries into what routing works with.
 *
 * @param table what can be called
 * @param notes what the operator should know: entries that are left out, keys that are missing
 * @param unpriced names of {@code model_list} whose price nobody knows
 */
record Models(RoutingTable table, List<String> notes, List<String> unpriced) {

  /**
   * Builds the table.
   *
   * @param own the operator's own endpoints
   * @throws ConfigException at the entry that is wrong
   */
  static Models of(
      Config config,
      Environment environment,
      Prices prices,
      ServeOptions options,
      List<PassThroughEndpoint> own) {
    Environment all = environment.below(config.environment());
    Deployments deployments =
        new Deployments(
            Catalogue.load(),
            all::get,
            new KnownModels(prices),
            new Deployments.Defaults(
                config.litellm().paramsDropped() || options.dropParams,
                Map.of(),
                providers(config.router()),
                config.router().deploymentRatesKept(),
                config.litellm().markups()::of,
                config.litellm().entraOfEnvironment()),
            new TokenClient(
                Settings.upstream(config, all, HttpUpstream.Settings.DEFAULTS.frameBytesMax()),
                all::get));
    List<RoutingTable.Entry> entries = new ArrayList<>();
    List<DeploymentSource> sources = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Set<String> unpriced = new LinkedHashSet<>();
    for (ModelEntry entry : config.models()) {
      if (entry.unserved() != null) {
        notes.add("not served: " + entry.modelName() + ": " + entry.unserved());
        continue;
      }
      try {
        DeploymentSource source =
            deployments.build(entry.modelName(), entry.litellmParams(), entry.modelInfo());
        add(source, entries, notes, unpriced);
        sources.add(source);
      } catch (UnsupportedProvider later) {
        notes.add("not served: " + entry.modelName() + ": " + later.getMessage());
      } catch (IllegalArgumentException wrong) {
        if (config.router().invalidIgnored()) {
          notes.add("not served: " + entry.modelName() + ": " + wrong.getMessage());
          continue;
        }
        throw new ConfigException(
            entry.position(),
            "model_list." + entry.modelName(),
            String.valueOf(wrong.getMessage()));
      }
    }
    if (options.model != null) {
      try {
        add(commandLineModel(deployments, options, options.model), entries, notes, unpriced);
      } catch (IllegalArgumentException wrong) {
        throw new StartException("--model: " + wrong.getMessage());
      }
    }
    if (entries.isEmpty() && config.models().isEmpty()) {
      for (Deployments.AutoModel auto : deployments.fromEnvironment()) {
        add(
            deployments.build(auto.modelName(), auto.litellmParams(), Map.of()),
            entries,
            notes,
            unpriced);
      }
    }
    notes.addAll(Dangling.notes(config, entries));
    return new Models(
        new RoutingTable(
            entries,
            aliases(config.router()),
            settings(config, options),
            new PassThroughModels(deployments, config, own).entries(sources, notes)),
        notes,
        List.copyOf(unpriced));
  }

  /** The budgets of providers, by their prefix. */
  static Map<String, Scope> providers(RouterSettings router) {
    Map<String, Scope> scopes = new LinkedHashMap<>();
    router
        .providerBudgets()
        .forEach(
            (provider, budget) ->
                scopes.put(
                    provider,
                    new Scope(
                        Scope.Kind.PROVIDER,
                        provider,
                        provider,
                        budget.limit(),
                        budget.period(),
                        null,
                        Scope.Rates.NONE,
                        false)));
    return scopes;
  }

  private static void add(
      DeploymentSource source,
      List<RoutingTable.Entry> entries,
      List<String> notes,
      Set<String> unpriced) {
    entries.add(new RoutingTable.Entry(source.pattern(), source.wildcard(), source::forModel));
    for (String warning : source.warnings()) {
      notes.add(source.pattern() + ": " + warning);
    }
    if (!source.wildcard() && isUnpriced(source.forModel(source.pattern()))) {
      unpriced.add(source.pattern());
      notes.add(
          source.pattern()
              + ": no price is known: its calls count as costing nothing, unless"
              + " input_cost_per_token and output_cost_per_token, or base_model, are given");
    }
  }

  private static boolean isUnpriced(Deployment deployment) {
    return deployment.pricing() == null
        && deployment.mockResponse() == null
        && !deployment.provider().equals(Deployments.ECHO)
        && !deployment.rules().quirks().contains(Quirk.COST_REPORTED);
  }

  private static DeploymentSource commandLineModel(
      Deployments deployments, ServeOptions options, String model) {
    Map<String, Object> params = new HashMap<>();
    params.put("model", model);
    if (options.apiBase != null) {
      params.put("api_base", options.apiBase);
    }
    if (options.apiVersion != null) {
      params.put("api_version", options.apiVersion);
    }
    String name = options.alias == null ? model : options.alias;
    return deployments.build(name, params, Map.of());
  }

  private static Map<String, RoutingTable.Alias> aliases(RouterSettings router) {
    Map<String, RoutingTable.Alias> aliases = new LinkedHashMap<>();
    router
        .aliases()
        .forEach(
            (name, alias) ->
                aliases.put(name, new RoutingTable.Alias(alias.group(), alias.hidden())));
    return aliases;
  }

  private static RoutingSettings settings(Config config, ServeOptions options) {
    RouterSettings router = config.router();
    Map<ErrorKind, Integer> retries = new EnumMap<>(ErrorKind.class);
    router.retryPolicy().retries().forEach((kind, count) -> retries.put(kindOf(kind), count));
    return new RoutingSettings(
        RoutingSettings.Strategy.of(router.routingStrategy()),
        router.retries(),
        retries,
        Map.of(),
        router.retryAfter(),
        router.fallbacks().general(),
        router.fallbacks().contextWindow(),
        router.fallbacks().contentPolicy(),
        router.fallbacks().defaults(),
        router.fallbackHopsMax(),
        router.cooldown(),
        router.cooldownsDisabled(),
        router.allowedFails(),
        Map.of(),
        options.requestTimeout == null
            ? router.timeout()
            : java.time.Duration.ofSeconds(options.requestTimeout),
        router.streamTimeout(),
        null,
        true);
  }

  private static ErrorKind kindOf(RetryPolicy.Kind kind) {
    return switch (kind) {
      case BAD_REQUEST -> ErrorKind.BAD_REQUEST;
      case AUTHENTICATION -> ErrorKind.AUTHENTICATION;
      case TIMEOUT -> ErrorKind.TIMEOUT;
      case RATE_LIMIT -> ErrorKind.RATE_LIMIT;
      case CONTENT_POLICY -> ErrorKind.CONTENT_POLICY;
      case INTERNAL_SERVER -> ErrorKind.INTERNAL_SERVER;
      case SERVICE_UNAVAILABLE -> ErrorKind.SERVICE_UNAVAILABLE;
      case NOT_FOUND -> ErrorKind.NOT_FOUND;
      case DEFAULT -> ErrorKind.DEFAULT;
    };
  }

  /** What {@code check} adds to the config's own findings; each as a line. */
  static List<String> problems(Config config, Environment environment) {
    List<String> lines = new ArrayList<>();
    List<PassThroughEndpoint> own = config.general().passThroughEndpoints();
    for (String note : of(config, environment, Prices.builtIn(), new ServeOptions(), own).notes()) {
      lines.add("note: " + note);
    }
    return lines;
  }
}
