package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What can be called, and how it is routed: one immutable snapshot of the config.
 *
 * @param entries the entries of {@code model_list}, in their order
 * @param aliases {@code model_group_alias}
 * @param settings {@code router_settings}
 * @param passing what serves calls of providers' own APIs; their names are {@link #below}
 */
public record RoutingTable(
    List<Entry> entries,
    Map<String, Alias> aliases,
    RoutingSettings settings,
    List<Entry> passing) {
  private static final String PASSING = "pass-through ";

  public static final RoutingTable EMPTY =
      new RoutingTable(List.of(), Map.of(), RoutingSettings.DEFAULTS);

  public RoutingTable {
    entries = List.copyOf(entries);
    aliases = Map.copyOf(aliases);
    passing = List.copyOf(passing);
  }

  /** Without pass-through. */
  public RoutingTable(List<Entry> entries, Map<String, Alias> aliases, RoutingSettings settings) {
    this(entries, aliases, settings, List.of());
  }

  /** The name of a model below a mount: a name of its own, so that no other call can mean it. */
  public static String below(String mount, String model) {
    return PASSING + mount + "/" + model;
  }

  /** The mount of those who bring a key of their own, where the operator gave none. */
  public static String keyless(String mount) {
    return mount + " keyless";
  }

  static boolean isBelow(String name) {
    return name.startsWith(PASSING);
  }

  /**
   * One entry. Entries of one name are one group.
   *
   * @param name {@code model_name}
   * @param wildcard whether {@code *} in the name stands for any text
   * @param make the deployment for a model name; throws {@link IllegalArgumentException} for a name
   *     that it cannot serve. Called once for an entry that is no wildcard
   */
  public record Entry(String name, boolean wildcard, Function<String, Deployment> make) {

    /** An entry that serves its own name with this deployment. */
    public static Entry of(Deployment deployment) {
      return new Entry(deployment.group(), false, _ -> deployment);
    }
  }

  /**
   * Another name of a group.
   *
   * @param group the group that serves
   * @param hidden not in the list of models
   */
  public record Alias(String group, boolean hidden) {}
}
