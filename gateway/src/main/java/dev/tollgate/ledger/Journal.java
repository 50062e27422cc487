package dev.tollgate.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
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
public final class Journal implements AutoCloseable {
  /** Most bytes of one entry. */
  static final int ENTRY_BYTES_MAX = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int SLOT = Segment.framed(ENTRY_BYTES_MAX);
  private static final String SUFFIX = ".segment";

  private final Path folder;
  private final JournalSettings settings;
  private final FileChannel lockFile;
  private final long id;
  private final long openedAt;
  private final ReentrantLock lock = new ReentrantLock();

  /** Files in use, oldest first, the one that is written to last. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  private final Deque<Segment> spares = new ArrayDeque<>();
  private Segment active;
  private long next;
  private long reserved;
  private long nextFile;
  private boolean closed;
  private int sinceWake;
  private int wakeEvery = Integer.MAX_VALUE;
  private @Nullable Thread reader;
  private final Thread keeper;
  private volatile boolean stopping;

  private Journal(
      Path folder,
      JournalSettings settings,
      FileChannel lockFile,
      List<Segment> recovered,
      InstantSource clock)
      throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.lockFile = lockFile;
    segments.addAll(recovered);
    Segment last = segments.peekLast();
    id =
        last == null
            ? RandomGenerator.of("SecureRandom").nextLong(1, Long.MAX_VALUE)
            : last.journal();
    nextFile = last == null ? 1 : 1 + ordinal(last.path());
    long previousEnd = last == null ? 0 : last.next();
    openedAt = Math.max(previousEnd, clock.millis() << 20);
    next = openedAt;
    active = Segment.create(file(), settings.segmentBytes());
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
    Path folder = dataFolder.resolve("journal");
    try {
      Files.createDirectories(folder);
      FileChannel lockFile = lock(dataFolder, folder.resolve("lock"));
      try {
        Journal journal = new Journal(folder, settings, lockFile, recover(folder), clock);
        journal.keeper.start();
        return journal;
      } catch (IOException | RuntimeException failed) {
        lockFile.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(
          "the spend journal in " + folder + " cannot be opened: " + failed.getMessage(), failed);
    }
  }

  private static FileChannel lock(Path dataFolder, Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IllegalStateException(
          "another gateway is running on the data folder "
              + dataFolder
              + "; stop it, or give this one a folder of its own with --data");
    }
    return channel;
  }

  private static List<Segment> recover(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> files = Files.list(folder)) {
      paths = files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList();
    }
    List<Segment> recovered = new ArrayList<>();
    for (Path path : paths) {
      Segment segment = Segment.open(path);
      if (!segment.used()) {
        segment.delete();
        continue;
      }
      if (segment.torn()) {
        LOG.warn("journal: {} ends in an unfinished record, which is left out", path.getFileName());
      }
      Segment before = recovered.isEmpty() ? null : recovered.getLast();
      if (before != null && before.next() != segment.previousEnd()) {
        LOG.error(
            "journal: records from {} to {} are missing before {}",
            before.next(),
            segment.previousEnd(),
            path.getFileName());
      }
      recovered.add(segment);
    }
    return recovered;
  }

  private Path file() {
    return folder.resolve(String.format("%016x%s", nextFile++, SUFFIX));
  }

  private static long ordinal(Path path) {
    String name = String.valueOf(path.getFileName());
    return Long.parseUnsignedLong(name.substring(0, name.length() - SUFFIX.length()), 16);
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

  /**
   * Keeps room for one entry.
   *
   * @return false if there is none
   */
  boolean reserve() {
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

  /** Gives a reservation back unused. */
  void unreserve() {
    lock.lock();
    try {
      reserved--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes an entry for which there is a reservation, which it uses up.
   *
   * @return its sequence
   */
  long appendReserved(byte[] entry) {
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
  Cursor from(long sequence) {
    return new Cursor(sequence);
  }

  /** A reader that stands behind the last record it gave. */
  final class Cursor {
    private final long from;
    private @Nullable Segment segment;
    private int offset;
    private long sequence;

    private Cursor(long from) {
      this.from = from;
    }

    long sequence() {
      return sequence;
    }

    /** The next record, or null if there is none yet. */
    byte @Nullable [] read() {
      while (true) {
        Segment current = segment == null ? enter(after(null)) : segment;
        if (current == null) {
          return null;
        }
        boolean sealed = current.isSealed();
        int end = current.published();
        if (offset < end) {
          byte[] payload = current.payloadAt(offset);
          if (payload.length == 0) {
            LOG.error("journal: {} is damaged at byte {}", current.path().getFileName(), offset);
            int whole = current.wholeFrom(offset);
            offset = whole < 0 ? end : whole;
            continue;
          }
          sequence = current.sequenceAt(offset);
          offset += Segment.framed(payload.length);
          if (sequence >= from) {
            return payload;
          }
        } else if (sealed) {
          if (enter(after(current)) == null) {
            return null;
          }
        } else {
          return null;
        }
      }
    }

    private @Nullable Segment enter(@Nullable Segment next) {
      if (next != null) {
        segment = next;
        offset = Segment.HEADER_BYTES;
      }
      return next;
    }
  }

  private @Nullable Segment after(@Nullable Segment segment) {
    lock.lock();
    try {
      for (Segment candidate : segments) {
        if (segment == null || candidate.base() >= segment.next()) {
          return candidate;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the files whose records are all below a sequence. */
  void deleteBefore(long sequence) {
    List<Segment> done = new ArrayList<>();
    lock.lock();
    try {
      while (segments.size() > 1 && segments.getFirst().next() <= sequence) {
        done.add(segments.removeFirst());
      }
    } finally {
      lock.unlock();
    }
    deletable(done);
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
          LOG.error("journal: {} in {}", failed, folder);
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
        path = file();
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
      lockFile.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
