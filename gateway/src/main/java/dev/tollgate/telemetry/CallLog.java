package dev.tollgate.telemetry;

import dev.tollgate.model.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One wide JSON line a call. Thread-safe; {@link #write} never waits for the sink.
 *
 * <p>Two pages take turns: calls encode into one, under a lock that is held for about a microsecond
 * and never over I/O, while one background thread writes the other. They are swapped when the page
 * is half full, else ten times a second. When the sink is slower than the calls, the page fills up
 * and further lines are dropped; how many is in {@link #dropped} and, once the sink takes bytes
 * again, in a line of its own.
 *
 * <p>If the application log goes to the same stream, pass that very stream object ({@code
 * System.out}): its lock keeps the lines of the two apart.
 */
public final class CallLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
  private static final int PAGE_BYTES = 256 * 1024;
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final OutputStream out;
  private final InstantSource clock;
  private final long intervalNanos;
  private final int pageBytes;
  private final Thread writer;
  private final AtomicLong dropped = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition worthWriting = lock.newCondition();

  /** The page that calls write into; guarded by the lock. */
  private LogPage page;

  /** Guarded by the lock. */
  private boolean closing;

  /** Dropped lines that a line has told of; the writer's own. */
  private long reported;

  /** Whether the last write failed, so that a broken sink is reported once; the writer's own. */
  private boolean broken;

  /** Starts the background thread; {@code out} is flushed but never closed. */
  public CallLog(OutputStream out) {
    this(out, InstantSource.system(), INTERVAL, PAGE_BYTES);
  }

  CallLog(OutputStream out, InstantSource clock, Duration interval, int pageBytes) {
    this.out = out;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.pageBytes = pageBytes;
    this.page = newPage();
    this.writer = Thread.ofPlatform().daemon().name("call-log").start(this::run);
  }

  private LogPage newPage() {
    // The line about dropped ones is due when the page is full: it has its own room.
    return new LogPage(pageBytes + LogPage.LINE_BYTES_MAX);
  }

  /** Takes the line of one call, or drops it where there is no room or the log is closed. */
  public void write(Outcome outcome) {
    lock.lock();
    try {
      if (closing || page.position() + LogPage.LINE_BYTES_MAX > pageBytes) {
        dropped.incrementAndGet();
        return;
      }
      boolean wasHalfFull = page.isHalfFull();
      encode(outcome);
      if (!wasHalfFull && page.isHalfFull()) {
        worthWriting.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void encode(Outcome outcome) {
    int start = page.position();
    boolean whole = false;
    try {
      CallLine.write(outcome, page);
      whole = true;
    } finally {
      if (!whole) {
        page.backTo(start);
      }
    }
  }

  /** Lines that were never written, since the start. */
  public long dropped() {
    return dropped.get();
  }

  /** Writes what is there and ends the thread; waits for the sink at most five seconds. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      worthWriting.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!writer.join(CLOSE_MAX)) {
        LOG.warn("The call log's sink is stuck; its last lines are lost");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    LogPage spare = newPage();
    boolean last = false;
    while (!last) {
      LogPage full;
      lock.lock();
      try {
        last = awaitLines();
        full = page;
        page = spare;
      } finally {
        lock.unlock();
      }
      reportDropped(full);
      flush(full);
      full.clear();
      spare = full;
    }
  }

  /** True if the log is closing: what is there now is the last. */
  private boolean awaitLines() {
    long remaining = intervalNanos;
    try {
      while (!closing && !page.isHalfFull() && remaining > 0) {
        remaining = worthWriting.awaitNanos(remaining);
      }
    } catch (InterruptedException _) {
      closing = true;
    }
    return closing;
  }

  private void reportDropped(LogPage full) {
    long total = dropped.get();
    if (total > reported) {
      CallLine.writeDropped(total - reported, clock.millis(), full);
      reported = total;
    }
  }

  private void flush(LogPage full) {
    if (full.lines() == 0) {
      return;
    }
    try {
      full.writeTo(out);
      broken = false;
    } catch (IOException | RuntimeException e) {
      dropped.addAndGet(full.lines());
      if (!broken) {
        broken = true;
        LOG.error("Cannot write the call log; its lines are dropped and counted", e);
      }
    }
  }
}
