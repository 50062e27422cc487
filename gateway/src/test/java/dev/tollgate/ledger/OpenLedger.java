package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A ledger with a journal of its own, over a store in memory, open during each test. */
final class OpenLedger implements BeforeEachCallback, AfterEachCallback {
  static final JournalSettings SMALL =
      new JournalSettings(1 << 20, 16 << 20, Duration.ofSeconds(1));

  final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");
  final MemorySpendStore store = new MemorySpendStore();
  private final JournalSettings journalSettings;
  private final LedgerSettings settings;
  private @Nullable Path folder;
  private @Nullable Journal journal;
  private @Nullable Ledger ledger;

  OpenLedger() {
    this(SMALL, LedgerSettings.DEFAULT);
  }

  OpenLedger(JournalSettings journalSettings, LedgerSettings settings) {
    this.journalSettings = journalSettings;
    this.settings = settings;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("tollgate-ledger");
    open();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    close();
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  void open() {
    Journal opened = Journal.open(Objects.requireNonNull(folder), journalSettings, clock);
    Ledger started = new Ledger(opened, store, clock, settings);
    started.start();
    journal = opened;
    ledger = started;
  }

  void close() {
    ledger().close();
    journal().close();
  }

  void restart() {
    close();
    open();
  }

  Ledger ledger() {
    return Objects.requireNonNull(ledger);
  }

  Journal journal() {
    return Objects.requireNonNull(journal);
  }

  /** Holds what so many tokens cost at a nano-dollar each. */
  Hold hold(Caller caller, long input, long output) {
    return ledger().hold(caller, NANO, input, output, 1);
  }

  Failure refusal(Caller caller, long input, long output) {
    try {
      hold(caller, input, output);
    } catch (FailureException refused) {
      return refused.failure();
    }
    throw new AssertionError("the call was admitted");
  }

  /** Nano-dollars that the usual key has settled. */
  long settled() {
    return ledger().spent(Calls.HASH).nanos();
  }

  /** Nano-dollars that calls of the usual key hold. */
  long held() {
    return ledger().held(Calls.HASH).nanos();
  }
}
