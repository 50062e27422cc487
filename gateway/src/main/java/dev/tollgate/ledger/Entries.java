package dev.tollgate.ledger;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a journal record, to bytes and back. Texts are bounded, so that no record is
 * longer than {@link Journal#ENTRY_BYTES_MAX}. Pure.
 */
final class Entries {
  private static final int CALL = 3;
  private static final int STEP = 4;

  /** Kinds of steps. */
  private static final int ROLLED = 1;

  private static final int BOUNDED = 2;
  private static final int PUT = 3;

  private static final int ID_BYTES = 160;

  /** The id of a response is sealed for its owner, which makes it longer. */
  private static final int RESPONSE_ID_BYTES = 320;

  private static final int NAME_BYTES = 200;
  private static final int ADDRESS_BYTES = 64;
  private static final int TAG_BYTES = 64;
  private static final int TAGS_MAX = 12;

  private Entries() {}

  /** What a record says. */
  sealed interface Entry {
    /** A call ended: its row, and the scopes that it is charged to. */
    record Call(SpendRow row, List<Charge> charges) implements Entry {}

    /** A balance was changed by something else. */
    record Changed(Charged scope, SpendStore.Step step) implements Entry {}
  }

  /** Whose balance. */
  record Charged(Scope.Kind kind, String id) {}

  /** Whose balance, in which window; null for none. */
  record Charge(Charged scope, @Nullable Instant windowEnd) {}

  /** A call's record, but for the windows that it is charged in: {@link #stamp} adds them. */
  static byte[] call(Outcome outcome, Shares shares) {
    Caller caller = outcome.caller();
    Deployment deployment = outcome.deployment();
    String requested = outcome.requestedModel();
    long started = outcome.started().toEpochMilli();
    EntryWriter out = new EntryWriter();
    out.number(CALL);
    out.number(
        (outcome.ok() ? 1 : 0) | (outcome.stream() ? 2 : 0) | (outcome.usage().counted() ? 4 : 0));
    out.number(outcome.cost().nanos());
    usage(out, outcome.usage());
    out.number(started);
    out.number(outcome.duration().toMillis());
    Duration firstEvent = outcome.firstEvent();
    out.number(firstEvent == null ? 0 : 1 + firstEvent.toMillis());
    out.number(outcome.status());
    out.number(outcome.attempts());
    out.number(outcome.fallbacks());
    out.text(outcome.callId(), ID_BYTES);
    out.text(outcome.responseId(), RESPONSE_ID_BYTES);
    out.text(outcome.operation().callType(), ADDRESS_BYTES);
    out.text(caller == null ? "" : caller.keyHash(), ADDRESS_BYTES);
    out.text(caller == null ? null : caller.userId(), ID_BYTES);
    out.text(deployment == null ? requested : deployment.model(), NAME_BYTES);
    out.text(deployment == null ? null : deployment.id(), ID_BYTES);
    out.text(deployment == null ? requested : deployment.group(), NAME_BYTES);
    out.text(deployment == null ? null : deployment.provider(), ADDRESS_BYTES);
    out.text(deployment == null ? null : deployment.apiBase(), NAME_BYTES);
    out.text(outcome.endUser(), ID_BYTES);
    out.text(
        outcome.failure() == null ? null : outcome.failure().getClass().getSimpleName(),
        ADDRESS_BYTES);
    out.text(outcome.clientAddress(), ADDRESS_BYTES);
    out.text(outcome.sessionId(), ID_BYTES);
    tags(out, outcome.tags());
    scopes(out, shares);
    return out.bytes();
  }

  private static void usage(EntryWriter out, Usage usage) {
    out.number(usage.inputTokens());
    out.number(usage.outputTokens());
    out.number(usage.cachedTokens());
    out.number(usage.cacheWriteTokens());
    out.number(usage.reasoningTokens());
  }

  private static void tags(EntryWriter out, List<String> tags) {
    int count = Math.min(TAGS_MAX, tags.size());
    out.number(count);
    for (int i = 0; i < count; i++) {
      out.text(tags.get(i), TAG_BYTES);
    }
  }

  private static void scopes(EntryWriter out, Shares shares) {
    Share[] all = shares.all();
    out.number(all.length);
    for (Share share : all) {
      out.number(code(share.account().kind));
      out.text(share.account().id, Scope.ID_BYTES_MAX);
    }
    out.space(all.length * Long.BYTES);
  }

  /** Puts in the windows that the call is charged in; under the locks of the accounts. */
  static void stamp(byte[] entry, Shares shares) {
    Share[] all = shares.all();
    int at = entry.length - all.length * Long.BYTES;
    for (Share share : all) {
      SpendStore.Window window = share.account().window();
      EntryWriter.put(entry, at, window == null ? 0 : window.end().toEpochMilli());
      at += Long.BYTES;
    }
  }

  static byte[] step(Scope.Kind kind, String id, SpendStore.Step step) {
    EntryWriter out = new EntryWriter();
    out.number(STEP);
    out.number(code(kind));
    out.text(id, Scope.ID_BYTES_MAX);
    switch (step) {
      case SpendStore.Step.Rolled(Money start, SpendStore.Window window) -> {
        out.number(ROLLED);
        out.number(start.nanos());
        window(out, window);
      }
      case SpendStore.Step.Bounded(SpendStore.Window window) -> {
        out.number(BOUNDED);
        window(out, window);
      }
      case SpendStore.Step.Put(Money settled) -> {
        out.number(PUT);
        out.number(settled.nanos());
      }
      case SpendStore.Step.Spent _ ->
          throw new IllegalArgumentException("what is spent is in the record of its call");
    }
    return out.bytes();
  }

  private static void window(EntryWriter out, SpendStore.@Nullable Window window) {
    out.text(window == null ? null : window.duration(), ADDRESS_BYTES);
    out.number(window == null ? 0 : window.end().toEpochMilli());
  }

  private static SpendStore.@Nullable Window window(EntryReader in) {
    String duration = in.text();
    long end = in.number();
    return duration == null ? null : new SpendStore.Window(duration, Instant.ofEpochMilli(end));
  }

  /**
   * Reads a record.
   *
   * @throws IllegalStateException if it is of a kind that this version does not know
   */
  static Entry read(byte[] bytes, long journal, long sequence) {
    EntryReader in = new EntryReader(bytes);
    long type = in.number();
    if (type == CALL) {
      return call(in, journal, sequence);
    }
    if (type != STEP) {
      throw unknown(sequence, type);
    }
    Charged scope = charged(in);
    long kind = in.number();
    if (kind == PUT) {
      return new Entry.Changed(scope, new SpendStore.Step.Put(Money.ofNanos(in.number())));
    }
    if (kind == BOUNDED) {
      return new Entry.Changed(scope, new SpendStore.Step.Bounded(window(in)));
    }
    Money start = Money.ofNanos(in.number());
    SpendStore.Window window = window(in);
    if (kind != ROLLED || window == null) {
      throw unknown(sequence, kind);
    }
    return new Entry.Changed(scope, new SpendStore.Step.Rolled(start, window));
  }

  private static IllegalStateException unknown(long sequence, long kind) {
    return new IllegalStateException(
        "journal record " + sequence + " is of kind " + kind + ", which this version cannot read");
  }

  private static Entry.Call call(EntryReader in, long journal, long sequence) {
    long flags = in.number();
    Money spend = Money.ofNanos(in.number());
    long inputTokens = in.number();
    long outputTokens = in.number();
    long cachedTokens = in.number();
    long cacheWriteTokens = in.number();
    long reasoningTokens = in.number();
    Instant started = Instant.ofEpochMilli(in.number());
    Instant ended = started.plusMillis(in.number());
    long firstEvent = in.number();
    int status = (int) in.number();
    int attempts = (int) in.number();
    int fallbacks = (int) in.number();
    String callId = orEmpty(in.text());
    String responseId = in.text();
    String callType = orEmpty(in.text());
    String keyHash = orEmpty(in.text());
    String userId = in.text();
    String model = in.text();
    String modelId = in.text();
    String modelGroup = in.text();
    String provider = in.text();
    String apiBase = in.text();
    String endUser = in.text();
    String failureType = in.text();
    String clientAddress = in.text();
    String sessionId = in.text();
    List<String> tags = tags(in);
    List<Charge> charges = charges(in);
    SpendRow row =
        new SpendRow(
            journal,
            sequence,
            responseId == null ? callId : responseId,
            callId,
            callType,
            keyHash,
            spend,
            inputTokens,
            outputTokens,
            cachedTokens,
            cacheWriteTokens,
            reasoningTokens,
            (flags & 4) != 0,
            started,
            ended,
            firstEvent == 0 ? null : started.plusMillis(firstEvent - 1),
            model,
            modelId,
            modelGroup,
            provider,
            apiBase,
            userId,
            endUser,
            (flags & 1) != 0,
            status,
            failureType,
            tags,
            clientAddress,
            sessionId,
            (flags & 2) != 0,
            attempts,
            fallbacks,
            idOf(charges, Scope.Kind.TEAM),
            idOf(charges, Scope.Kind.ORGANIZATION));
    return new Entry.Call(row, charges);
  }

  private static List<Charge> charges(EntryReader in) {
    int count = (int) in.number();
    List<Charged> scopes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      scopes.add(charged(in));
    }
    List<Charge> charges = new ArrayList<>(count);
    for (Charged scope : scopes) {
      long end = in.fixed();
      charges.add(new Charge(scope, end == 0 ? null : Instant.ofEpochMilli(end)));
    }
    return charges;
  }

  private static @Nullable String idOf(List<Charge> charges, Scope.Kind kind) {
    for (Charge each : charges) {
      if (each.scope().kind() == kind) {
        return each.scope().id();
      }
    }
    return null;
  }

  private static List<String> tags(EntryReader in) {
    long count = in.number();
    if (count == 0) {
      return List.of();
    }
    List<String> tags = new ArrayList<>((int) count);
    for (long left = count; left > 0; left--) {
      tags.add(orEmpty(in.text()));
    }
    return tags;
  }

  private static Charged charged(EntryReader in) {
    Scope.Kind kind = kind(in.number());
    return new Charged(kind, orEmpty(in.text()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Stable on disk, whatever order the enum takes. */
  private static int code(Scope.Kind kind) {
    return switch (kind) {
      case KEY -> 1;
      case PROXY -> 2;
      case TEAM -> 3;
      case TEAM_MEMBER -> 4;
      case USER -> 5;
      case END_USER -> 6;
      case ORGANIZATION -> 7;
      case TAG -> 8;
      case KEY_MODEL -> 9;
      case TEAM_MODEL -> 10;
      case KEY_WINDOW -> 11;
      case TEAM_WINDOW -> 12;
      case USER_MODEL -> 13;
      case END_USER_MODEL -> 14;
      case ORGANIZATION_MODEL -> 15;
      case USER_WINDOW -> 16;
      case KEY_TAG -> 17;
      case DEPLOYMENT -> 18;
      case PROVIDER -> 19;
    };
  }

  private static Scope.Kind kind(long code) {
    for (Scope.Kind kind : Scope.Kind.values()) {
      if (code(kind) == code) {
        return kind;
      }
    }
    throw new IllegalStateException(
        "the journal names a kind of scope, " + code + ", that this version does not know");
  }
}
