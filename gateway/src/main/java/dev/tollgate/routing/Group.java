package dev.tollgate.routing;

import dev.tollgate.model.Operation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deployments that serve one model name. Immutable but for their health.
 *
 * @param name the model name it was looked up by
 * @param lanes all of them
 * @param byOperation those that offer an operation, never changed
 * @param accessGroups {@code model_info.access_groups} of all of them
 */
record Group(
    String name, List<Lane> lanes, Map<Operation, Lane[]> byOperation, Set<String> accessGroups) {
  private static final Lane[] NONE = {};

  static Group of(String name, List<Lane> lanes) {
    Map<Operation, Lane[]> byOperation = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      byOperation.put(
          operation, lanes.stream().filter(lane -> lane.offers(operation)).toArray(Lane[]::new));
    }
    Set<String> accessGroups = new LinkedHashSet<>();
    for (Lane lane : lanes) {
      if (lane.deployment().info().get("access_groups") instanceof List<?> names) {
        names.forEach(group -> accessGroups.add(String.valueOf(group)));
      }
    }
    return new Group(
        name, List.copyOf(lanes), byOperation, Collections.unmodifiableSet(accessGroups));
  }

  Lane[] offering(Operation operation) {
    Lane[] lanes = byOperation.get(operation);
    return lanes == null ? NONE : lanes;
  }
}
