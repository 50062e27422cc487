package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds who serves a model name. Safe for several threads: a call reads one immutable table, health
 * is counted by atomics.
 */
public final class Routing {
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Gate gate;
  private volatile Groups groups = new Groups(RoutingTable.EMPTY, null);

  /**
   * Starts with an empty table.
   *
   * @param random shared by all event loops, so it has to be safe for several threads
   * @param gate asked of each deployment that has a budget or rates of its own
   */
  public Routing(InstantSource clock, RandomGenerator random, Gate gate) {
    this.clock = clock;
    this.gate = gate;
    this.random = random;
  }

  /** Swaps the table; calls under way keep theirs, and a deployment that stays keeps its health. */
  public synchronized void use(RoutingTable table) {
    groups = new Groups(table, groups);
  }

  public RoutingTable table() {
    return groups.table();
  }

  /**
   * Plans one call. The client's own fallbacks are taken as they are: that the caller may use those
   * models has to be checked before.
   *
   * @param requestedModel the model as the client named it
   * @param keyAliases the key's aliases, applied before the router's
   * @param stream whether a stream is asked for, which has timeouts of its own
   * @throws FailureException {@link Failure.UnknownModel} with LiteLLM's text, {@link
   *     Failure.CoolingDown} if all deployments cool down, {@link Failure.RateLimited} if all are
   *     at their {@code max_parallel_requests}, {@link Failure.BadRequest} if none offers the
   *     operation
   */
  public Plan plan(
      String requestedModel,
      Map<String, String> keyAliases,
      Operation operation,
      Request.Controls controls,
      boolean stream) {
    String name =
        keyAliases.isEmpty()
            ? requestedModel
            : keyAliases.getOrDefault(requestedModel, requestedModel);
    return new Plan(groups, clock, random, gate, requestedModel, name, operation, controls, stream);
  }

  /**
   * Plans one call of a provider's own API. Aliases hold here too: what a name stands for is what
   * is sent.
   *
   * @param mount where it is served
   * @param keyed whether the client brings a key of the provider's
   * @param requestedModel the model as the client named it; empty if it named none
   * @throws FailureException {@link Failure.NoRoute} if nobody gave a credential for the mount;
   *     else as {@link #plan}
   */
  public Plan planBelow(
      String mount,
      boolean keyed,
      String requestedModel,
      Map<String, String> keyAliases,
      Request.Controls controls,
      boolean stream) {
    Groups now = groups;
    String name = keyAliases.getOrDefault(requestedModel, requestedModel);
    RoutingTable.Alias alias = now.table().aliases().get(name);
    String model = alias == null ? name : alias.group();
    String start = RoutingTable.below(mount, model);
    if (keyed && now.find(start) == null) {
      start = RoutingTable.below(RoutingTable.keyless(mount), model);
    }
    if (now.find(start) == null) {
      throw new FailureException(Refusals.noCredential(mount));
    }
    return new Plan(
        now, clock, random, gate, requestedModel, start, Operation.PASS_THROUGH, controls, stream);
  }

  /** The refusal of a request that names no model. */
  public Failure noModel(@Nullable String named) {
    String shown = named == null ? "None" : named;
    Failure failure = Refusals.unknown(shown);
    return groups.settings().explained()
        ? Refusals.explained(failure, shown, List.of(), false)
        : failure;
  }

  /** Whether any deployment serves this name. */
  public boolean serves(String model) {
    return groups.find(model) != null;
  }

  /**
   * Model names that can be asked for: groups, wildcards as written, aliases that are not hidden.
   */
  public List<String> models() {
    return groups.names();
  }

  /** The deployments that serve a name, empty if none does. */
  public List<Deployment> deployments(String model) {
    Group group = groups.find(model);
    return group == null ? List.of() : group.lanes().stream().map(Lane::deployment).toList();
  }

  /**
   * All names that a model goes by, the one that is asked first: what the aliases make of it, the
   * group that serves it, and each of these without its provider. What bounds one of them bounds
   * all.
   *
   * @param keyAliases the key's aliases, applied before the router's
   */
  public Set<String> names(String requestedModel, Map<String, String> keyAliases) {
    Groups now = groups;
    Set<String> names = new LinkedHashSet<>();
    add(names, requestedModel);
    String own = keyAliases.getOrDefault(requestedModel, requestedModel);
    add(names, own);
    RoutingTable.Alias alias = now.table().aliases().get(own);
    if (alias != null) {
      add(names, alias.group());
    }
    Group group = now.find(own);
    if (group != null) {
      add(names, group.name());
    }
    return names;
  }

  private static void add(Set<String> names, String name) {
    if (names.add(name)) {
      int provider = name.indexOf('/');
      if (provider >= 0) {
        names.add(name.substring(provider + 1));
        names.add(name.substring(name.lastIndexOf('/') + 1));
      }
    }
  }

  /** {@code model_info.access_groups} of a name's deployments; empty if nothing serves it. */
  public Set<String> accessGroups(String model) {
    Group group = groups.find(model);
    return group == null ? Set.of() : group.accessGroups();
  }

  /** Whether a deployment is cooling down; false for the names that a wildcard has made. */
  public boolean isCoolingDown(String deploymentId) {
    Health health = groups.health(deploymentId);
    return health != null && health.isCooling(clock.millis());
  }

  /**
   * Status that a deployment's latest call failed with; 0 if it did not, if there was none, or for
   * the names that a wildcard has made.
   */
  public int lastFailure(String deploymentId) {
    Health health = groups.health(deploymentId);
    return health == null ? 0 : health.lastFailure();
  }

  /** Model names that wildcards hold in memory: bounded. */
  int heldNames() {
    return groups.madeCount();
  }

  /** The calls in flight at a deployment; 0 for the names that a wildcard has made. */
  public int inFlight(String deploymentId) {
    Health health = groups.health(deploymentId);
    return health == null ? 0 : health.inFlight();
  }
}
