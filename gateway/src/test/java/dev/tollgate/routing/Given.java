package dev.tollgate.routing;

import dev.tollgate.model.Address;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Deployment.Limits;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request.Controls;
import dev.tollgate.model.Route;
import dev.tollgate.routing.RoutingTable.Alias;
import dev.tollgate.routing.RoutingTable.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A routing with a clock that stands still until it is moved, and what tests need to fill it. */
final class Given implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Alias> aliases = new LinkedHashMap<>();
  RoutingSettings settings = RoutingSettings.DEFAULTS;
  final Routing routing = new Routing(this, new Random(42), Gate.OPEN);

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** A deployment of a group under this id. */
  Given deployment(String group, String id) {
    return deployment(group, id, Limits.NONE);
  }

  Given deployment(String group, String id, Limits limits) {
    entries.add(Entry.of(made(group, id, limits, Operation.CHAT, Operation.EMBEDDING)));
    return this;
  }

  Given only(String group, String id, Operation operation) {
    entries.add(Entry.of(made(group, id, Limits.NONE, operation)));
    return this;
  }

  Given wildcard(String pattern, String id) {
    return wildcard(pattern, id, Limits.NONE);
  }

  Given wildcard(String pattern, String id, Limits limits) {
    entries.add(
        new Entry(
            pattern,
            true,
            name -> {
              if (name.contains("nobody")) {
                throw new IllegalArgumentException("model: LLM Provider NOT provided");
              }
              return made(pattern, id, limits, Operation.CHAT);
            }));
    return this;
  }

  Given alias(String name, String group, boolean hidden) {
    aliases.put(name, new Alias(group, hidden));
    return this;
  }

  Given settings(RoutingSettings settings) {
    this.settings = settings;
    return this;
  }

  /** Fallback lists of groups, the general ones. */
  Given fallbacks(Map<String, List<String>> fallbacks) {
    return settings(Changed.of(settings).fallbacks(fallbacks).settings());
  }

  Given retries(int retries) {
    return settings(Changed.of(settings).retries(retries).settings());
  }

  Routing use() {
    routing.use(new RoutingTable(entries, aliases, settings));
    return routing;
  }

  Plan plan(String model) {
    return plan(model, Controls.NONE);
  }

  Plan plan(String model, Controls controls) {
    use();
    return routing.plan(model, Map.of(), Operation.CHAT, controls, false);
  }

  static Controls controls(
      @Nullable Integer retries,
      @Nullable Double timeout,
      @Nullable List<String> fallbacks,
      boolean disabled) {
    return new Controls(
        retries, timeout, fallbacks, disabled, null, List.of(), List.of(), null, null, null);
  }

  static Limits order(int order) {
    return new Limits(null, null, null, order, null, null, null, null, null);
  }

  static Limits weight(double weight) {
    return new Limits(null, null, weight, null, null, null, null, null, null);
  }

  static Limits parallel(int most) {
    return new Limits(null, null, null, null, most, null, null, null, null);
  }

  static Limits cooldown(Duration time) {
    return new Limits(null, null, null, null, null, null, null, null, time);
  }

  /** The attempt after a failure; fails the test if there is none. */
  static Step next(Plan plan, Step failed, Failure failure) {
    return Objects.requireNonNull(plan.after(failed, failure), "no further attempt");
  }

  static Failure status(int status) {
    return status(status, null);
  }

  static Failure status(int status, @Nullable Duration retryAfter) {
    return refused(status, Kind.GENERAL, retryAfter);
  }

  static Failure refused(int status, Kind kind, @Nullable Duration retryAfter) {
    return new Failure.UpstreamRefused(
        "upstream said " + status, status, kind, "openai", null, null, null, retryAfter);
  }

  private static Deployment made(String group, String id, Limits limits, Operation... operations) {
    Map<Operation, Route> routes = new EnumMap<>(Operation.class);
    for (Operation operation : operations) {
      Address address = Address.of("https://" + id + ".test/v1" + operation.path());
      routes.put(operation, new Route(operation, address, null));
    }
    return new Deployment(
        id,
        group,
        "openai",
        "gpt",
        "openai/gpt",
        "https://up.test/v1",
        routes,
        Map.of(),
        null,
        BodyRules.NONE,
        null,
        limits,
        List.of(),
        null,
        Map.of("access_groups", List.of("of-" + id)));
  }
}
