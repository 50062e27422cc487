package dev.tollgate.ledger;

import java.time.Duration;
import java.time.Instant;
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
final class SpendWriter implements Lender {
  private static final Logger LOG = LoggerFactory.getLogger(SpendWriter.class);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);
  private static final Duration FLUSH_MAX = Duration.ofSeconds(30);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final Journal journal;
  private final SpendStore store;
  private final Accounts accounts;
  private final Leases leases;
  private final EstimateKeeper estimates;
  private final LedgerSettings settings;
  private final Thread thread = Thread.ofPlatform().name("spend").daemon().unstarted(this::run);
  private final ConcurrentLinkedQueue<Flush> flushes = new ConcurrentLinkedQueue<>();
  private final Pace complaints = new Pace();
  private volatile boolean closing;
  private volatile boolean reachable;

  /** Where reading goes on; null if the store has to be asked first. */
  private @Nullable JournalCursor cursor;

  private @Nullable Long checkpoint;

  /** Sent to the store, which has not said that it has it. */
  private SpendStore.@Nullable Batch doubtful;

  /** Somebody who waits until the store has the records below a sequence. */
  private record Flush(long end, CompletableFuture<Boolean> done) {}

  /** Those who wait, as far as the writer has seen them. */
  private final List<Flush> waiting = new ArrayList<>();

  SpendWriter(
      Journal journal,
      SpendStore store,
      Accounts accounts,
      Leases leases,
      EstimateKeeper estimates,
      LedgerSettings settings) {
    this.journal = journal;
    this.store = store;
    this.accounts = accounts;
    this.leases = leases;
    this.estimates = estimates;
    this.settings = settings;
  }

  void start() {
    attempt();
    journal.wakes(thread, settings.batchRecords());
    thread.start();
  }

  private void run() {
    long backoff = 0;
    long pause = Math.min(settings.writeInterval().toNanos(), Leases.BEAT.toNanos());
    while (!closing) {
      LockSupport.parkNanos(this, backoff == 0 ? pause : backoff);
      if (Thread.interrupted()) {
        LOG.warn("spend: the writer was interrupted, which it ignores");
      }
      boolean done = answered();
      backoff = done ? 0 : Math.min(BACKOFF_MAX.toNanos(), Math.max(pause, backoff * 2));
    }
    if (answered()) {
      leave();
    }
  }

  /** One attempt, of whose end those who wait are told. */
  private boolean answered() {
    takeWaiting();
    boolean done = attempt();
    waiting.forEach(one -> one.done().complete(done));
    waiting.clear();
    return done;
  }

  private void takeWaiting() {
    for (Flush one = flushes.poll(); one != null; one = flushes.poll()) {
      waiting.add(one);
    }
  }

  /** Under load the journal is never empty: who waits is told as soon as its own part is there. */
  private void reached(long end) {
    takeWaiting();
    waiting.removeIf(one -> one.end() <= end && one.done().complete(true));
  }

  private boolean attempt() {
    try {
      if (!accounts.isLoaded()) {
        load();
      }
      JournalCursor reading = cursor == null ? resumed() : cursor;
      leases.keepUp();
      reachable = true; // before what may take long: calls can ask again
      drain(reading);
      leases.serve(written());
      estimates.keepUp();
      return true;
    } catch (RuntimeException failed) {
      // The store is another program: whatever it throws, the journal keeps the records.
      reachable = false;
      cursor = null;
      leases.uncertain();
      if (complaints.due()) {
        LOG.error(
            "spend: the store does not take records, which wait in the journal: {}",
            failed.toString());
      }
      return false;
    }
  }

  private void load() {
    long written = store.checkpoint(journal.id()).orElse(0);
    List<SpendStore.Balance> balances = store.balances();
    accounts.load(balances, Tail.of(journal, written));
    estimates.load();
  }

  /** Finds out what the store has, after an answer was lost or at the start. */
  private JournalCursor resumed() {
    OptionalLong has = store.checkpoint(journal.id());
    checkpoint = has.isPresent() ? has.getAsLong() : null;
    SpendStore.Batch sent = doubtful;
    if (sent != null && sent.to() == written()) {
      accounts.written(sent.changes(), sent.to());
    }
    doubtful = null;
    JournalCursor reading = journal.from(written());
    cursor = reading;
    return reading;
  }

  private long written() {
    return checkpoint == null ? 0 : checkpoint;
  }

  private void drain(JournalCursor reading) {
    for (SpendStore.Batch batch = collect(reading); batch != null; batch = collect(reading)) {
      doubtful = batch;
      store.append(batch);
      doubtful = null;
      checkpoint = batch.to();
      accounts.written(batch.changes(), batch.to());
      journal.deleteBefore(batch.to());
      leases.serve(batch.to());
      estimates.keepUp();
      reached(batch.to());
    }
  }

  private void leave() {
    estimates.save();
    try {
      leases.leave();
    } catch (RuntimeException failed) {
      LOG.warn("spend: the leases were not given back: {}", failed.toString());
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

  @Override
  public boolean isUsable(Instant now) {
    return leases.isUsable(now);
  }

  @Override
  public void ask(Waiting waiting) {
    leases.ask(waiting);
    wake();
  }

  @Override
  public boolean isReachable() {
    return reachable;
  }

  /** Looks after what was asked at once. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Waits for a whole round of the writer, leases and all. */
  void flush() {
    if (!flushed(Long.MAX_VALUE, FLUSH_MAX)) {
      throw new IllegalStateException("the spend store did not take the journal's records");
    }
  }

  /**
   * Waits until the store has what is in the journal now.
   *
   * @return false if it does not have it yet
   */
  boolean flushed(Duration patience) {
    return flushed(journal.next(), patience);
  }

  private boolean flushed(long end, Duration patience) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    flushes.add(new Flush(end, done));
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
