package dev.tollgate.ledger;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What calls really use, learned for each model at each deployment and each operation, so that
 * holds are no larger than they have to be: money that is held cannot be spent. Until enough calls
 * have ended, what was configured is taken. Thread-safe, without locks; bounded, since a wildcard's
 * callers choose the names of models: beyond the bound nothing more is learned.
 */
public final class Estimates {
  private static final Logger LOG = LoggerFactory.getLogger(Estimates.class);
  static final int MODELS_MAX = 2_000;

  /** Ratios are kept in thousandths, and believed within these bounds. */
  private static final long ONE = 1000;

  private static final long RATIO_MIN = ONE / 4;
  private static final long RATIO_MAX = ONE * 4;

  private final Map<Key, Learned> learned = new ConcurrentHashMap<>();
  private final Map<String, Sums> sums = new ConcurrentHashMap<>();

  private record Key(String deployment, String model, Operation operation) {}

  /** What calls of one model had. */
  private static final class Learned {
    /** Output tokens of a choice where the client set no cap. */
    final Sizes output = new Sizes();

    /** Input tokens over their estimate. */
    final Sizes inputRatio = new Sizes();

    final AtomicLong calls = new AtomicLong();

    /** How many calls the store knows of. */
    volatile long saved;
  }

  /** Nano-dollars of a model. */
  private record Sums(LongAdder held, LongAdder settled) {
    Sums() {
      this(new LongAdder(), new LongAdder());
    }
  }

  private static Key key(Deployment deployment, Operation operation) {
    return new Key(deployment.id(), deployment.model(), operation);
  }

  /**
   * Output tokens of a choice that 95 of a hundred calls without a cap do not exceed.
   *
   * @param start what was configured, until enough is known
   */
  public long output(Deployment deployment, Operation operation, long start) {
    Learned known = learned.get(key(deployment, operation));
    return known == null ? start : known.output.high(start);
  }

  /**
   * Input tokens, with the estimate from bytes corrected by what this model makes of them.
   *
   * @param estimated from the request's bytes
   */
  public long input(Deployment deployment, Operation operation, long estimated) {
    Learned known = learned.get(key(deployment, operation));
    long ratio = known == null ? ONE : known.inputRatio.high(ONE);
    return estimated > Long.MAX_VALUE / RATIO_MAX
        ? estimated
        : Math.ceilDiv(estimated * Math.clamp(ratio, RATIO_MIN, RATIO_MAX), ONE);
  }

  /**
   * Learns from a call that has been settled.
   *
   * @param held what was held for it
   * @param estimatedInput input tokens as its bytes said
   * @param cap the client's cap, null if it set none
   */
  public void learn(
      Outcome outcome, Money held, long estimatedInput, @Nullable Long cap, int choices) {
    Deployment deployment = outcome.deployment();
    if (deployment == null) {
      return;
    }
    Sums money = room(sums, deployment.group()) ? sums(deployment.group()) : null;
    if (money != null) {
      money.held().add(held.nanos());
      money.settled().add(outcome.cost().nanos());
    }
    Usage usage = outcome.usage();
    Key key = key(deployment, outcome.operation());
    // What the gateway counted itself says nothing new, and what was cut off nothing at all.
    if (outcome.ending() != Outcome.Ending.COMPLETE || usage.counted() || !room(learned, key)) {
      return;
    }
    Learned known = learned.computeIfAbsent(key, _ -> new Learned());
    known.calls.incrementAndGet();
    if (cap == null && usage.outputTokens() > 0) {
      known.output.add(Math.ceilDiv(usage.outputTokens(), Math.max(1, choices)));
    }
    if (usage.inputTokens() > 0 && estimatedInput > 0) {
      known.inputRatio.add(Math.min(usage.inputTokens(), 1L << 40) * ONE / estimatedInput);
    }
  }

  /** Adds what was learned before the start, as far as it can be read. */
  void load(List<EstimateStore.Learned> kept) {
    for (EstimateStore.Learned each : kept) {
      Learned known = learned.computeIfAbsent(key(each), _ -> new Learned());
      try {
        known.output.read(each.outputs());
        known.inputRatio.read(each.inputRatios());
        known.calls.addAndGet(each.calls());
        known.saved = each.calls();
      } catch (IllegalArgumentException notOurs) {
        LOG.warn("the estimate of {} cannot be read: {}", each.model(), notOurs.getMessage());
      }
    }
  }

  /** What says something and is not in the store yet. */
  List<EstimateStore.Learned> changed(Instant now) {
    List<EstimateStore.Learned> changed = new ArrayList<>();
    learned.forEach(
        (key, known) -> {
          long calls = known.calls.get();
          if (calls > known.saved && calls >= Sizes.LEAST) {
            changed.add(
                new EstimateStore.Learned(
                    key.deployment(),
                    key.model(),
                    key.operation(),
                    known.output.written(),
                    known.inputRatio.written(),
                    calls,
                    now));
          }
        });
    return changed;
  }

  /** The store has these now, or better ones. */
  void saved(List<EstimateStore.Learned> changed) {
    for (EstimateStore.Learned each : changed) {
      Learned known = learned.get(key(each));
      if (known != null) {
        known.saved = each.calls();
      }
    }
  }

  private static Key key(EstimateStore.Learned each) {
    return new Key(each.deployment(), each.model(), each.operation());
  }

  private static <K> boolean room(Map<K, ?> map, K key) {
    return map.size() < MODELS_MAX || map.containsKey(key);
  }

  private Sums sums(String group) {
    return sums.computeIfAbsent(group, _ -> new Sums());
  }

  /** Dollars that were held for calls that have ended, by model group. */
  public void held(ObjDoubleConsumer<String> each) {
    sums.forEach((group, sum) -> each.accept(group, dollars(sum.held())));
  }

  /** Dollars that the same calls cost. */
  public void settled(ObjDoubleConsumer<String> each) {
    sums.forEach((group, sum) -> each.accept(group, dollars(sum.settled())));
  }

  private static double dollars(LongAdder nanos) {
    return Money.ofNanos(nanos.sum()).dollars().doubleValue();
  }
}
