package dev.tollgate.routing;

import dev.tollgate.model.Deployment.Limits;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.routing.Selection.Chosen;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call from deployment to deployment. One per call; belongs to the call's event
 * loop.
 *
 * <p>After a failure the order is: again within the group (a deployment that this call has not
 * tried yet comes first, without a wait), then the group's deployments of the next {@code order},
 * then the fallback groups of the kind of error. LiteLLM leaves it to chance whether a retry meets
 * the same deployment again; here it does so only when there is no other.
 */
public final class Plan {
  /** What a caller may ask for; an operator may configure more. */
  private static final int CLIENT_RETRIES_MAX = 10;

  private static final int CLIENT_FALLBACKS_MAX = 20;

  private final Groups groups;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final String requested;
  private final String start;
  private final Request.Controls controls;
  private final boolean stream;
  private final boolean passing;
  private final Selection selection;

  private @Nullable FallbackPath path;
  private @Nullable Failure original;
  private @Nullable Group group;
  private String groupName;
  private int retries;
  private ErrorKind lastKind = ErrorKind.DEFAULT;
  private final Step first;
  private Step current;

  /**
   * Finds the group and the first deployment.
   *
   * @throws FailureException {@link Failure.UnknownModel}, {@link Failure.CoolingDown}, {@link
   *     Failure.RateLimited} if all deployments are full, {@link Failure.BadRequest} if none offers
   *     the operation
   */
  Plan(
      Groups groups,
      InstantSource clock,
      RandomGenerator random,
      Gate gate,
      String requested,
      String start,
      Operation operation,
      Request.Controls controls,
      boolean stream) {
    this.groups = groups;
    this.clock = clock;
    this.random = random;
    this.requested = requested;
    this.start = start;
    this.controls = controls;
    this.stream = stream;
    this.groupName = start;
    this.passing = operation == Operation.PASS_THROUGH;
    this.selection =
        new Selection(operation, controls.deployment(), groups.settings(), random, clock, gate);
    Step found = enter(start, false);
    if (found == null) {
      found = fallback();
    }
    if (found == null) {
      throw new FailureException(decorate(firstFailure()));
    }
    this.first = found;
    this.current = found;
  }

  /** The model as the client named it. */
  public String requestedModel() {
    return requested;
  }

  /** The group at work, for {@code x-litellm-model-group}: an alias keeps its name. */
  public String group() {
    return passing ? requested : groupName;
  }

  /** Whether the model that was asked for is failing at the moment. */
  public boolean failing() {
    Group asked = groups.find(start);
    return asked != null && Cooldown.failing(asked, clock.millis());
  }

  /** The first attempt. */
  public Step first() {
    return first;
  }

  /**
   * The name that the reply's {@code model} gets; null to leave the provider's, after a fallback.
   */
  public @Nullable String shownModel() {
    return fallbacks() == 0 ? requested : null;
  }

  /** Retries within the group at work, for {@code x-litellm-attempted-retries}. */
  public int retries() {
    return retries;
  }

  /** 1 after any fallback, else 0, as {@code x-litellm-attempted-fallbacks} counts. */
  public int fallbacks() {
    return hops() == 0 ? 0 : 1;
  }

  /** Model groups that were gone to after the first one. */
  public int hops() {
    return path == null ? 0 : path.hops();
  }

  /**
   * An attempt went well. Its place is given back when the reply is {@link #over}.
   *
   * @param latency from sending to the answer's first bytes
   */
  public void succeeded(Step step, Duration latency) {
    Health health = step.lane().health();
    health.succeeded(clock.millis());
    health.answered(latency);
  }

  /** An attempt is over, however it went; does nothing the second time. */
  public void released(Step step) {
    step.release();
  }

  /** The call is over, however it ended: gives back the place it holds, if it still holds one. */
  public void over() {
    current.release();
  }

  /** Counts a failed attempt after which no other can follow, a stream cut in the middle. */
  public void failed(Step step, Failure failure) {
    step.release();
    boolean clientsTimeout = step.timeoutByClient() && failure instanceof Failure.TimedOut;
    // What a caller makes a provider say by a path of its own choice is no sign of its health.
    if (group != null && !clientsTimeout && !passing) {
      Cooldown.failed(
          step.lane(), failure, group.lanes().size(), groups.settings(), clock.millis());
    }
  }

  /**
   * What to do after a failed attempt: counts it, gives back its place, and takes the next one.
   *
   * @return the next attempt, or null to give up with {@link #decorate}
   */
  public @Nullable Step after(Step step, Failure failure) {
    failed(step, failure);
    ErrorKind kind = ErrorKind.of(failure);
    if (group == null || kind == ErrorKind.FINAL) {
      return null;
    }
    selection.tried(step.lane());
    Step next = again(group, step, failure, kind);
    if (next == null) {
      if (original == null) {
        original = failure;
      }
      lastKind = kind;
      next = fallback();
    }
    if (next != null) {
      current = next;
    }
    return next;
  }

  private @Nullable Step again(Group within, Step failed, Failure failure, ErrorKind kind) {
    boolean another = selection.hasUntried(within);
    if (retries < retriesMax(failed, kind) && isRetried(failure, kind, another)) {
      Chosen chosen = selection.choose(within);
      if (chosen != null) {
        retries++;
        Duration delay = another ? Duration.ZERO : wait(failure);
        return step(chosen.lane(), delay, failed.fallback());
      }
    }
    boolean special = kind == ErrorKind.CONTEXT_WINDOW || kind == ErrorKind.CONTENT_POLICY;
    if (!special && selection.hasLaterOrder(within, failed.lane())) {
      Chosen chosen = selection.choose(within);
      return chosen == null ? null : step(chosen.lane(), Duration.ZERO, failed.fallback());
    }
    return null;
  }

  private int retriesMax(Step failed, ErrorKind kind) {
    if (controls.retries() != null) {
      return Math.clamp(controls.retries(), 0, CLIENT_RETRIES_MAX);
    }
    Integer own = failed.deployment().limits().retries();
    return own == null ? groups.settings().retriesOf(groupName, kind) : own;
  }

  private boolean isRetried(Failure failure, ErrorKind kind, boolean another) {
    if (groups.settings().retriesByName(groupName, kind)) {
      return true;
    }
    if (kind == ErrorKind.CONTEXT_WINDOW || kind == ErrorKind.CONTENT_POLICY) {
      return false;
    }
    return switch (failure.status()) {
      case 408, 409, 429 -> true;
      case 401, 403 -> another;
      default -> failure.status() >= 500;
    };
  }

  private Duration wait(Failure failure) {
    Duration asked = Cooldown.retryAfter(failure);
    Duration wait =
        asked != null && asked.compareTo(Backoff.RETRY_AFTER_MAX) <= 0
            ? asked
            : Backoff.after(retries - 1, random);
    Duration least = groups.settings().retryAfter();
    return wait.compareTo(least) < 0 ? least : wait;
  }

  /** Goes to the fallback groups in turn until one has a deployment. */
  private @Nullable Step fallback() {
    if (path == null) {
      List<String> wanted = controls.fallbacks();
      path =
          new FallbackPath(
              groups.settings(),
              start,
              wanted == null
                  ? null
                  : wanted.subList(0, Math.min(wanted.size(), CLIENT_FALLBACKS_MAX)),
              controls.fallbacksDisabled());
    }
    while (true) {
      String target = path.next(groupName, group == null ? null : group.name(), lastKind);
      if (target == null) {
        return null;
      }
      retries = 0;
      Step found = enter(target, true);
      if (found != null) {
        return found;
      }
    }
  }

  /** The first deployment of a group; null, with the reason kept, if there is none. */
  private @Nullable Step enter(String name, boolean fallback) {
    groupName = name;
    group = groups.find(name);
    selection.restart();
    Failure refusal;
    if (group == null) {
      refusal = Refusals.unknown(name);
    } else {
      Chosen chosen = selection.choose(group);
      if (chosen != null) {
        return step(chosen.lane(), Duration.ZERO, fallback);
      }
      refusal = selection.refusal(name, group);
    }
    lastKind = ErrorKind.of(refusal);
    if (original == null) {
      original = refusal;
    }
    return null;
  }

  private Failure firstFailure() {
    return original == null ? Refusals.unknown(start) : original;
  }

  private Step step(Lane lane, Duration delay, boolean fallback) {
    Double seconds = controls.timeoutSeconds();
    if (seconds != null && seconds > 0) {
      return new Step(lane, delay, fallback, clientTimeout(seconds), true);
    }
    return new Step(lane, delay, fallback, timeout(lane.deployment().limits()), false);
  }

  private static Duration clientTimeout(double seconds) {
    // a caller's number may be anything; a day is longer than any call
    return Duration.ofMillis(Math.max(1, (long) (Math.min(seconds, 86_400) * 1000)));
  }

  private Duration timeout(Limits limits) {
    RoutingSettings settings = groups.settings();
    if (stream && limits.streamTimeout() != null) {
      return limits.streamTimeout();
    }
    if (limits.timeout() != null) {
      return limits.timeout();
    }
    return stream && settings.streamTimeout() != null
        ? settings.streamTimeout()
        : settings.timeout();
  }

  /**
   * The failure that the client is told once the plan has given up: the first group's own, also if
   * fallbacks failed after it, with LiteLLM's sentence on what was tried.
   */
  public Failure decorate(Failure failure) {
    Failure told = original == null || hops() == 0 ? failure : original;
    RoutingSettings settings = groups.settings();
    if (!settings.explained() || controls.fallbacksDisabled()) {
      return told;
    }
    List<String> gone = new ArrayList<>(path == null ? List.of() : path.visited());
    gone.remove(start);
    return Refusals.explained(told, start, gone, settings.anyFallbacks());
  }
}
