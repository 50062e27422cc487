package dev.tollgate.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One file of the journal, mapped into memory. A header, then records, each {@code [int length][int
 * check][long sequence][payload]} on a border of 8 bytes; zeros behind the last.
 *
 * <p>One thread writes at a time (the journal's lock sees to that); others read below {@link
 * #published()}. The length is written last, so a process that dies in the middle leaves zeros
 * there; the check is a CRC-32C over the payload mixed with sequence and length, for what a power
 * loss leaves.
 */
final class Segment {
  static final int HEADER_BYTES = 64;
  static final int FRAME_BYTES = 16;

  private static final long MAGIC = 0x544f4c4c4a524e31L; // TOLLJRN1
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle LENGTH = INT.varHandle();
  private static final int ZEROS = 1 << 20;

  private final Path path;
  private final Arena arena;
  private final MemorySegment memory;

  /** First sequence, and the one after the last of the segment before; 0 until activated. */
  private long base;

  private long previousEnd;
  private long next;
  private int position = HEADER_BYTES;
  private volatile int published = HEADER_BYTES;
  private volatile boolean sealed;
  private int forced;

  private Segment(Path path, Arena arena, MemorySegment memory) {
    this.path = path;
    this.arena = arena;
    this.memory = memory;
  }

  /**
   * Makes an empty file with its blocks written, so that a full disk shows here and not as a fault
   * in the middle of a record.
   */
  static Segment create(Path path, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS, bytes));
      for (long at = 0; at < bytes; ) {
        zeros.position(0).limit((int) Math.min(zeros.capacity(), bytes - at));
        at += channel.write(zeros, at);
      }
      return map(path, channel, FileChannel.MapMode.READ_WRITE);
    } catch (IOException failed) {
      Files.deleteIfExists(path);
      throw failed;
    }
  }

  /** Opens a file of an earlier run, for reading. */
  static Segment open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      Segment segment = map(path, channel, FileChannel.MapMode.READ_ONLY);
      segment.recover();
      segment.memory.unload(); // most of it is zeros that nobody reads again
      return segment;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // unmap() closes the arena when the segment goes
  private static Segment map(Path path, FileChannel channel, FileChannel.MapMode mode)
      throws IOException {
    Arena arena = Arena.ofShared();
    return new Segment(path, arena, channel.map(mode, 0, channel.size(), arena));
  }

  /** Starts its use: from here on it has a place in the journal. */
  void activate(long journal, long base, long previousEnd) {
    this.base = base;
    this.previousEnd = previousEnd;
    this.next = base;
    memory.set(LONG, 8, journal);
    memory.set(LONG, 16, base);
    memory.set(LONG, 24, previousEnd);
    VarHandle.releaseFence();
    memory.set(LONG, 0, MAGIC);
  }

  boolean used() {
    return memory.byteSize() >= HEADER_BYTES && memory.get(LONG, 0) == MAGIC;
  }

  long journal() {
    return memory.get(LONG, 8);
  }

  long base() {
    return base;
  }

  long previousEnd() {
    return previousEnd;
  }

  /** Sequence after its last record. */
  long next() {
    return next;
  }

  int published() {
    return published;
  }

  boolean isSealed() {
    return sealed;
  }

  void seal() {
    sealed = true;
  }

  Path path() {
    return path;
  }

  /** Bytes that a record with this payload takes. */
  static int framed(int payload) {
    return FRAME_BYTES + ((payload + 7) & ~7);
  }

  long remaining() {
    return memory.byteSize() - position;
  }

  static int crc(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload, 0, payload.length);
    return (int) crc.getValue();
  }

  private static int check(int crc, long sequence, int length) {
    return crc ^ Long.hashCode(sequence * 0x9e3779b97f4a7c15L + length);
  }

  /** Writes a record; there has to be room. */
  void put(long sequence, byte[] payload, int crc) {
    memory.set(INT, position + 4L, check(crc, sequence, payload.length));
    memory.set(LONG, position + 8L, sequence);
    MemorySegment.copy(
        payload, 0, memory, ValueLayout.JAVA_BYTE, position + (long) FRAME_BYTES, payload.length);
    LENGTH.setRelease(memory, (long) position, payload.length);
    position += framed(payload.length);
    next = sequence + 1;
    published = position;
  }

  long sequenceAt(int offset) {
    return memory.get(LONG, offset + 8L);
  }

  int lengthAt(int offset) {
    return memory.get(INT, offset);
  }

  /** The record's payload, or an empty array if there is no whole record. */
  byte[] payloadAt(int offset) {
    if (offset + (long) FRAME_BYTES > memory.byteSize()) {
      return NOTHING;
    }
    int length = lengthAt(offset);
    if (length <= 0
        || length > Journal.ENTRY_BYTES_MAX
        || offset + (long) framed(length) > memory.byteSize()) {
      return NOTHING;
    }
    byte[] payload = new byte[length];
    MemorySegment.copy(
        memory, ValueLayout.JAVA_BYTE, offset + (long) FRAME_BYTES, payload, 0, length);
    boolean whole = memory.get(INT, offset + 4L) == check(crc(payload), sequenceAt(offset), length);
    return whole ? payload : NOTHING;
  }

  private static final int PAGE_BYTES = 4096;

  /** The check sum of a page of zeros. */
  private static final long EMPTY_PAGE = emptyPage();

  private static long emptyPage() {
    CRC32C crc = new CRC32C();
    crc.update(new byte[PAGE_BYTES]);
    return crc.getValue();
  }

  private static final byte[] NOTHING = new byte[0];

  /** Offset of the next whole record at or behind {@code offset}; -1 if there is none. */
  int wholeFrom(int offset) {
    for (int at = begunFrom(offset); at >= 0; at = begunFrom(at + 8)) {
      if (lengthAt(at) > 0 && payloadAt(at).length > 0 && sequenceAt(at) >= base) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Offset of the next eight bytes at or behind {@code offset} that are not zeros, where a record
   * may begin; -1 if there is no room for one. A start looks through whole files of zeros, in code
   * that is not compiled yet: so a page is known by its check sum, which the JVM has ready, and
   * which tells whole records from torn ones too.
   */
  private int begunFrom(int offset) {
    int end = (int) (memory.byteSize() - FRAME_BYTES);
    ByteBuffer page = memory.asByteBuffer();
    CRC32C crc = new CRC32C();
    for (int at = offset; at <= end; at += PAGE_BYTES) {
      int pageEnd = Math.min(at + PAGE_BYTES, end + 8);
      crc.reset();
      crc.update(page.limit(pageEnd).position(at));
      if (pageEnd - at == PAGE_BYTES && crc.getValue() == EMPTY_PAGE) {
        continue;
      }
      for (int word = at; word < pageEnd; word += 8) {
        if (memory.get(LONG, word) != 0) {
          return word;
        }
      }
    }
    return -1;
  }

  private void recover() {
    if (!used()) {
      return;
    }
    base = memory.get(LONG, 16);
    previousEnd = memory.get(LONG, 24);
    next = base;
    int at = wholeFrom(HEADER_BYTES);
    while (at >= 0) {
      position = at + framed(lengthAt(at));
      next = sequenceAt(at) + 1;
      at = wholeFrom(position);
    }
    published = position;
    forced = position;
    sealed = true;
  }

  /** True if behind the last whole record something was begun. */
  boolean torn() {
    return position + 4L <= memory.byteSize() && lengthAt(position) != 0;
  }

  /** Brings what was written to the disk; for the keeper's thread only. */
  void force() {
    int end = published;
    if (end > forced) {
      memory.asSlice(0, end).force();
      forced = end;
    }
  }

  void unmap() {
    arena.close();
  }

  void delete() {
    unmap();
    try {
      Files.deleteIfExists(path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
