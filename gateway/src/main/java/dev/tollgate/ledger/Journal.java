package dev.tollgate.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has happened to money and is not in the store yet: an append-only series of records in
 * mapped files. Thread-safe.
 *
 * <p><b>Durability.</b> An append is a copy into memory that the kernel owns: it survives the
 * process, {@code kill -9} included, as soon as it returns. Against a loss of power, a thread
 * forces the files every {@code forceInterval}.
 *
 * <p><b>Room.</b> Whoever will have to write reserves first. Files are made and filled with zeros
 * ahead of use, by the journal's own thread, so that an append with a reservation never waits for a
 * disk and never fails. Without room {@link #reserve} says no, and no call gets in.
 *
 * <p><b>Identity.</b> A record is known by the journal's id and its sequence, which only rises:
 * each run starts at the milliseconds since 1970 times 2^20, or behind the last record if that is
 * further. So a journal folder that is brought back from a backup never gives out a sequence that
 * the store has seen.
 */
public final class Journal implements JournalEnd, AutoCloseable {
  /** Most bytes of one entry. */
  static final int ENTRY_BYTES_MAX = 6144;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int SLOT = Segment.framed(ENTRY_BYTES_MAX);

  private final JournalFolder folder;
  private final JournalSettings settings;
  private final long id;
  private final long openedAt;
  private final ReentrantLock lock = new ReentrantLock();

  /** Files in use, oldest first, the one that is written to last. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  private final Deque<Segment> spares = new ArrayDeque<>();
  private Segment active;
  private long next;
  private long reserved;
  private boolean closed;
  private int sinceWake;
  private int wakeEvery = Integer.MAX_VALUE;
  private @Nullable Thread reader;
  private final Thread keeper;
  private volatile boolean stopping;

  private Journal(JournalFolder folder, JournalSettings settings, InstantSource clock)
      throws IOException {
    this.folder = folder;
    this.settings = settings;
    segments.addAll(folder.recovered());
    Segment last = segments.peekLast();
    id =
        last == null
            ? RandomGenerator.of("SecureRandom").nextLong(1, Long.MAX_VALUE)
            : last.journal();
    long previousEnd = last == null ? 0 : last.next();
    openedAt = Math.max(previousEnd, clock.millis() << 20);
    next = openedAt;
    active = Segment.create(folder.nextFile(), settings.segmentBytes());
    active.activate(id, openedAt, previousEnd);
    segments.add(active);
    keeper = Thread.ofPlatform().name("journal").daemon().unstarted(this::keep);
  }

  /**
   * Opens the journal of a data folder, and locks it against other processes.
   *
   * @throws IllegalStateException if another gateway uses the folder
   * @throws UncheckedIOException if the folder cannot be written to
   */
  public static Journal open(Path dataFolder, JournalSettings settings, InstantSource clock) {
    try {
      JournalFolder folder = JournalFolder.open(dataFolder);
      try {
        Journal journal = new Journal(folder, settings, clock);
        journal.keeper.start();
        return journal;
      } catch (IOException | RuntimeException failed) {
        folder.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(
          "the spend journal in " + dataFolder + " cannot be opened: " + failed, failed);
    }
  }

  /** What tells this journal's records from others'. */
  long id() {
    return id;
  }

  /** First sequence of this run of the gateway. */
  long openedAt() {
    return openedAt;
  }

  /** Sequence of the next record. */
  long next() {
    lock.lock();
    try {
      return next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean reserve() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      long needed = (reserved + 1) * SLOT;
      long free = active.remaining() - SLOT;
      if (needed > free) {
        free += spares.size() * usable();
        if (needed + usable() > free && !stopping) {
          LockSupport.unpark(keeper);
        }
        if (needed > free) {
          return false;
        }
      }
      reserved++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Bytes of a segment that are surely of use: the last record may not fit and go to the next one.
   */
  private long usable() {
    return settings.segmentBytes() - Segment.HEADER_BYTES - (long) SLOT;
  }

  @Override
  public void unreserve() {
    lock.lock();
    try {
      reserved--;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long appendReserved(byte[] entry) {
    if (entry.length == 0 || entry.length > ENTRY_BYTES_MAX) {
      throw new IllegalArgumentException("a journal entry has " + entry.length + " bytes");
    }
    int crc = Segment.crc(entry);
    Thread wake = null;
    long sequence;
    lock.lock();
    try {
      if (active.remaining() < Segment.framed(entry.length)) {
        roll();
      }
      sequence = next++;
      active.put(sequence, entry, crc);
      reserved--;
      if (++sinceWake >= wakeEvery) {
        sinceWake = 0;
        wake = reader;
      }
    } finally {
      lock.unlock();
    }
    if (wake != null) {
      LockSupport.unpark(wake);
    }
    return sequence;
  }

  private void roll() {
    Segment fresh = spares.poll();
    if (fresh == null) {
      throw new IllegalStateException("the journal is full in spite of a reservation");
    }
    fresh.activate(id, next, active.next());
    segments.add(fresh);
    active.seal();
    active = fresh;
    LockSupport.unpark(keeper);
  }

  /** Wakes a thread each time that so many records have come. */
  void wakes(Thread thread, int every) {
    lock.lock();
    try {
      reader = thread;
      wakeEvery = every;
    } finally {
      lock.unlock();
    }
  }

  /** Reads from a sequence on. To be used by the thread that calls {@link #deleteBefore}. */
  JournalCursor from(long sequence) {
    return new JournalCursor(this, sequence);
  }

  /** The file behind one, which may be gone already; the oldest for null. Null if there is none. */
  @Nullable Segment after(@Nullable Segment segment) {
    lock.lock();
    try {
      // By place, not by sequence alone: a segment without records ends where it begins.
      boolean passed = segment == null || !segments.contains(segment);
      for (Segment candidate : segments) {
        if (passed && (segment == null || candidate.base() >= segment.next())) {
          return candidate;
        }
        passed |= candidate == segment;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes files whose records are all below a sequence, but for the last of them: after a loss of
   * power the store may miss its newest transactions, and finds them here.
   */
  void deleteBefore(long sequence) {
    List<Segment> done = new ArrayList<>();
    lock.lock();
    try {
      while (segments.size() > 2 && second().next() <= sequence && second().isSealed()) {
        done.add(segments.removeFirst());
      }
    } finally {
      lock.unlock();
    }
    deletable(done);
  }

  private Segment second() {
    Iterator<Segment> all = segments.iterator();
    all.next();
    return all.next();
  }

  /** The keeper forces files; it is the one that may take them away. */
  private void deletable(List<Segment> done) {
    synchronized (trash) {
      trash.addAll(done);
    }
    if (!done.isEmpty()) {
      LockSupport.unpark(keeper);
    }
  }

  private final List<Segment> trash = new ArrayList<>();

  private void keep() {
    Pace complaints = new Pace();
    while (!stopping) {
      try {
        takeOut();
        prepare();
        force();
      } catch (IOException | RuntimeException failed) {
        if (complaints.due()) {
          LOG.error("journal: {} in {}", failed, folder.path());
        }
      }
      LockSupport.parkNanos(this, settings.forceInterval().toNanos());
    }
  }

  private void takeOut() {
    List<Segment> taken;
    synchronized (trash) {
      taken = List.copyOf(trash);
      trash.clear();
    }
    for (Segment segment : taken) {
      segment.delete();
    }
  }

  /** Makes files ahead until all reservations and one more segment have room. */
  private void prepare() throws IOException {
    while (!stopping) {
      Path path;
      lock.lock();
      try {
        long free = active.remaining() - SLOT + spares.size() * usable();
        long total = (segments.size() + spares.size() + 1L) * settings.segmentBytes();
        boolean enough = !spares.isEmpty() && free >= reserved * SLOT + 2 * usable();
        if (enough || total > settings.totalBytesMax()) {
          return;
        }
        path = folder.nextFile();
      } finally {
        lock.unlock();
      }
      Segment spare = Segment.create(path, settings.segmentBytes());
      lock.lock();
      try {
        spares.add(spare);
      } finally {
        lock.unlock();
      }
    }
  }

  private void force() {
    List<Segment> all;
    lock.lock();
    try {
      all = List.copyOf(segments);
    } finally {
      lock.unlock();
    }
    for (Segment segment : all) {
      segment.force();
    }
  }

  /** Forces what was written, and lets the folder go. Nothing may be appended any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      lock.unlock();
    }
    stopping = true;
    LockSupport.unpark(keeper);
    try {
      keeper.join();
      takeOut();
      force();
      spares.forEach(Segment::delete);
      segments.forEach(Segment::unmap);
      folder.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
