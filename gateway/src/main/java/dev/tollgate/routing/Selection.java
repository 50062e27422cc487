package dev.tollgate.routing;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among a group's deployments for one call: those that offer the operation, are not cooling
 * down, have money and a place, the lowest {@code order} first, those that the call has not tried
 * before those it has. Not safe for several threads.
 */
final class Selection {
  private final Operation operation;
  private final RoutingSettings settings;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final @Nullable String only;
  private final Gate gate;
  private @Nullable List<Lane> tried;

  /** A deployment whose place has been taken. */
  record Chosen(Lane lane) {}

  /**
   * @param only the one deployment that may be chosen, by its id; null for any
   */
  Selection(
      Operation operation,
      @Nullable String only,
      RoutingSettings settings,
      RandomGenerator random,
      InstantSource clock,
      Gate gate) {
    this.operation = operation;
    this.only = only;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
    this.gate = gate;
  }

  void restart() {
    tried = null;
  }

  void tried(Lane lane) {
    if (tried == null) {
      tried = new ArrayList<>(2);
    }
    tried.add(lane);
  }

  private Lane[] offering(Group group) {
    Lane[] lanes = group.offering(operation);
    return only == null
        ? lanes
        : Arrays.stream(lanes)
            .filter(lane -> lane.deployment().id().equals(only))
            .toArray(Lane[]::new);
  }

  private boolean isTried(Lane lane) {
    return tried != null && tried.contains(lane);
  }

  private boolean isCooling(Lane lane) {
    return !settings.cooldownsDisabled()
        && !lane.health().neverCooled()
        && lane.health().isCooling(clock.millis());
  }

  private @Nullable Failure closed(Lane lane) {
    return lane.deployment().limits().scopes().isEmpty() ? null : gate.closed(lane.deployment());
  }

  private boolean isOpen(Lane lane) {
    return !isCooling(lane) && closed(lane) == null;
  }

  boolean hasUntried(Group group) {
    for (Lane lane : offering(group)) {
      if (!isTried(lane) && isOpen(lane)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a deployment of a later {@code order} than this one's is left to try. */
  boolean hasLaterOrder(Group group, Lane failed) {
    for (Lane lane : offering(group)) {
      if (lane.order() > failed.order() && !isTried(lane) && isOpen(lane)) {
        return true;
      }
    }
    return false;
  }

  /** Takes a place at the best deployment, null if there is none. */
  @Nullable Chosen choose(Group group) {
    Lane[] lanes = offering(group);
    if (lanes.length == 1) {
      Lane only = lanes[0];
      return isOpen(only) && only.places().enter(only.parallelMax()) ? new Chosen(only) : null;
    }
    Chosen fresh = chooseAmong(lanes, false);
    return fresh != null || tried == null ? fresh : chooseAmong(lanes, true);
  }

  private @Nullable Chosen chooseAmong(Lane[] lanes, boolean again) {
    List<Lane> able = new ArrayList<>(lanes.length);
    for (Lane lane : lanes) {
      if (isTried(lane) == again && isOpen(lane)) {
        able.add(lane);
      }
    }
    while (!able.isEmpty()) {
      Lane lane = Shuffle.pick(lowestOrder(able), settings.strategy(), random);
      if (lane.places().enter(lane.parallelMax())) {
        return new Chosen(lane);
      }
      able.remove(lane);
    }
    return null;
  }

  private static List<Lane> lowestOrder(List<Lane> able) {
    int lowest = Integer.MAX_VALUE;
    boolean same = true;
    for (Lane lane : able) {
      same &= lane.order() == able.getFirst().order();
      lowest = Math.min(lowest, lane.order());
    }
    if (same) {
      return able;
    }
    List<Lane> first = new ArrayList<>(able.size());
    for (Lane lane : able) {
      if (lane.order() == lowest) {
        first.add(lane);
      }
    }
    return first;
  }

  /** Why nothing could be chosen. */
  Failure refusal(String name, Group group) {
    Lane[] lanes = offering(group);
    if (lanes.length == 0) {
      return Refusals.notOffered(name, operation, group);
    }
    long now = clock.millis();
    long soonest = Long.MAX_VALUE;
    List<String> cooling = new ArrayList<>();
    Failure closed = null;
    for (Lane lane : lanes) {
      if (!isCooling(lane)) {
        Failure why = closed(lane);
        if (why == null) {
          return Refusals.full(name);
        }
        closed = closed == null ? why : closed;
        continue;
      }
      soonest = Math.min(soonest, lane.health().coolUntilMillis());
      cooling.add(lane.deployment().id());
    }
    return closed != null ? closed : Refusals.cooling(name, cooling, Math.max(0, soonest - now));
  }
}
