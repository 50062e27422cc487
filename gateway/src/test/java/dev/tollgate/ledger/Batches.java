package dev.tollgate.ledger;

import dev.tollgate.ledger.SpendStore.Batch;
import dev.tollgate.ledger.SpendStore.Change;
import dev.tollgate.ledger.SpendStore.Step;
import dev.tollgate.ledger.SpendStore.Window;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows and batches for tests of stores. */
public final class Batches {
  static final long JOURNAL = Long.MAX_VALUE - 5;
  static final Instant START = Instant.parse("2026-11-22T12:00:00.123Z");

  static Step rolled(long start, Window window) {
    return new Step.Rolled(Money.ofNanos(start), window);
  }

  /** A row in which every column has something. */
  public static SpendRow row(long sequence, String keyHash, long nanos) {
    Instant started = START.plusMillis(sequence * 10);
    return new SpendRow(
        JOURNAL,
        sequence,
        "chatcmpl-" + sequence,
        "call-" + sequence,
        "acompletion",
        keyHash,
        Money.ofNanos(nanos),
        1_000,
        20,
        3,
        4,
        5,
        true,
        started,
        started.plusMillis(1_500),
        started.plusMillis(200),
        "gpt-4o-mini",
        "deployment-1",
        "mini",
        "openai",
        "https://api.openai.com/v1",
        "ann",
        "customer \u00fc \uD83D\uDE00",
        true,
        200,
        null,
        List.of("red", "blue \"quoted\""),
        "2001:db8::7",
        "session-1",
        true,
        2,
        1);
  }

  /** A row with as little as there can be. */
  static SpendRow bare(long sequence) {
    return new SpendRow(
        JOURNAL,
        sequence,
        "call-x",
        "call-x",
        "aembedding",
        "",
        Money.ZERO,
        0,
        0,
        0,
        0,
        0,
        false,
        START,
        START,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        401,
        "Unauthenticated",
        List.of(),
        null,
        null,
        false,
        0,
        0);
  }

  /** A row in which every column may have anything, or nothing where that can be. */
  static SpendRow any(long sequence, Random random) {
    Instant started = START.plusMillis(sequence * 10);
    String requestId = text(sequence, random);
    return new SpendRow(
        JOURNAL,
        sequence,
        requestId,
        random.nextBoolean() ? requestId : text(sequence, random),
        text(sequence, random),
        text(sequence, random),
        Money.ofNanos(random.nextLong(1_000_000_000_000L)),
        random.nextInt(3),
        random.nextInt(100_000),
        random.nextInt(2),
        random.nextInt(2),
        random.nextInt(2),
        random.nextBoolean(),
        started,
        started.plusMillis(random.nextInt(10_000)),
        random.nextBoolean() ? null : started.plusMillis(random.nextInt(1_000)),
        orNull(sequence, random),
        orNull(sequence, random),
        orNull(sequence, random),
        orNull(sequence, random),
        orNull(sequence, random),
        orNull(sequence, random),
        orNull(sequence, random),
        random.nextBoolean(),
        200 + random.nextInt(400),
        orNull(sequence, random),
        random.nextBoolean()
            ? List.of()
            : List.of(text(sequence, random), text(sequence + 1, random)),
        orNull(sequence, random),
        orNull(sequence, random),
        random.nextBoolean(),
        random.nextInt(4),
        random.nextInt(3),
        orNull(sequence, random),
        orNull(sequence, random));
  }

  private static @Nullable String orNull(long sequence, Random random) {
    return random.nextInt(3) == 0 ? null : text(sequence, random);
  }

  private static String text(long sequence, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> "it's \"?\" and $1, :name; -- 'quoted' \\ \n\t";
      case 2 -> "\u00fc\u4e16 \uD83D\uDE00".repeat(1 + random.nextInt(9));
      case 3 -> "often";
      case 4 -> Long.toString(random.nextLong());
      default -> "text-" + sequence;
    };
  }

  static Batch batch(@Nullable Long from, long to, List<SpendRow> rows, Change... changes) {
    return new Batch(JOURNAL, from, to, rows, List.of(changes));
  }

  static Change change(String id, Step... steps) {
    return new Change(Scope.Kind.KEY, id, List.of(steps));
  }

  static Step spent(long nanos, @Nullable Instant windowEnd) {
    return new Step.Spent(Money.ofNanos(nanos), windowEnd);
  }

  static Change add(String id, long nanos) {
    return change(id, spent(nanos, null));
  }

  private Batches() {}
}
