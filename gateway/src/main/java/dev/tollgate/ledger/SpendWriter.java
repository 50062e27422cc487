package dev.tollgate.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the journal into the store, on a thread of its own. The journal is the queue: a batch is
 * read from it, written in one transaction together with the checkpoint behind it, and only then
 * may its files go. So a record gets into the store exactly once, whenever the process dies.
 */
final class SpendWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SpendWriter.class);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  private static final Duration FLUSH_MAX = Duration.ofSeconds(30);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final Journal journal;
  private final SpendStore store;
  private final Accounts accounts;
  private final LedgerSettings settings;
  private final Thread thread = Thread.ofPlatform().name("spend").daemon().unstarted(this::run);
  private final ConcurrentLinkedQueue<CompletableFuture<Boolean>> flushes =
      new ConcurrentLinkedQueue<>();
  private final Pace complaints = new Pace();
  private volatile boolean closing;

  /** Where reading goes on; null if the store has to be asked first. */
  private @Nullable JournalCursor cursor;

  private @Nullable Long checkpoint;

  SpendWriter(Journal journal, SpendStore store, Accounts accounts, LedgerSettings settings) {
    this.journal = journal;
    this.store = store;
    this.accounts = accounts;
    this.settings = settings;
  }

  void start() {
    attempt();
    journal.wakes(thread, settings.batchRecords());
    thread.start();
  }

  private void run() {
    long backoff = 0;
    while (!closing) {
      LockSupport.parkNanos(this, backoff == 0 ? settings.writeInterval().toNanos() : backoff);
      if (Thread.interrupted()) {
        LOG.warn("spend: the writer was interrupted, which it ignores");
      }
      boolean done = answered();
      long first = settings.writeInterval().toNanos();
      backoff = done ? 0 : Math.min(BACKOFF_MAX.toNanos(), Math.max(first, backoff * 2));
    }
    answered();
  }

  /** One attempt, of whose end those who wait are told. */
  private boolean answered() {
    List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    for (CompletableFuture<Boolean> one = flushes.poll(); one != null; one = flushes.poll()) {
      waiting.add(one);
    }
    boolean done = attempt();
    waiting.forEach(one -> one.complete(done));
    return done;
  }

  private boolean attempt() {
    try {
      if (!accounts.isLoaded()) {
        load();
      }
      drain();
      return true;
    } catch (RuntimeException failed) {
      // The store is another program: whatever it throws, the journal keeps the records.
      cursor = null;
      if (complaints.due()) {
        LOG.error(
            "spend: the store does not take records, which wait in the journal: {}",
            failed.toString());
      }
      return false;
    }
  }

  private void load() {
    OptionalLong written = store.checkpoint(journal.id());
    List<SpendStore.Balance> balances = store.balances();
    JournalCursor tail = journal.from(written.orElse(0));
    Changes changes = new Changes();
    for (byte[] bytes = tail.read(); bytes != null; bytes = tail.read()) {
      if (tail.sequence() >= journal.openedAt()) {
        break;
      }
      changes.apply(Entries.read(bytes, journal.id(), tail.sequence()));
    }
    accounts.load(balances, changes.list());
  }

  private void drain() {
    JournalCursor reading = cursor;
    if (reading == null) {
      OptionalLong written = store.checkpoint(journal.id());
      checkpoint = written.isPresent() ? written.getAsLong() : null;
      reading = journal.from(written.orElse(0));
      cursor = reading;
    }
    while (true) {
      SpendStore.Batch batch = collect(reading);
      if (batch == null) {
        return;
      }
      store.append(batch);
      checkpoint = batch.to();
      journal.deleteBefore(batch.to());
    }
  }

  private SpendStore.@Nullable Batch collect(JournalCursor reading) {
    List<SpendRow> rows = new ArrayList<>();
    Changes changes = new Changes();
    int count = 0;
    while (count < settings.batchRecords()) {
      byte[] bytes = reading.read();
      if (bytes == null) {
        break;
      }
      count++;
      Entries.Entry entry = Entries.read(bytes, journal.id(), reading.sequence());
      changes.apply(entry);
      if (entry instanceof Entries.Entry.Call call) {
        rows.add(call.row());
      }
    }
    return count == 0
        ? null
        : new SpendStore.Batch(
            journal.id(), checkpoint, reading.sequence() + 1, rows, changes.list());
  }

  void flush() {
    if (!flushed(FLUSH_MAX)) {
      throw new IllegalStateException("the spend store did not take the journal's records");
    }
  }

  private boolean flushed(Duration patience) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    flushes.add(done);
    LockSupport.unpark(thread);
    try {
      return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException _) {
      return false;
    }
  }

  void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
