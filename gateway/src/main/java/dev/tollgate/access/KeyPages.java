package dev.tollgate.access;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of keys in pages of bytes, one behind the other, and a table of where each is. So a million
 * of them are a few hundred objects for the collector, and to look at all is to read memory from
 * its beginning to its end.
 *
 * <p>{@link #get} may be called by any thread at any time; it finds what was there when it began,
 * or what came since. {@link #all} may run on several threads while nothing changes, and the other
 * methods on one.
 */
final class KeyPages {
  private static final int PAGE_MIN = 1 << 12;
  private static final int PAGE_MAX = 1 << 18;

  /** Of the largest size they are four gigabytes, some thirty million keys. */
  private static final int PAGES_MAX = 1 << 14;

  private static final int SLOTS_MIN = 1 << 6;

  /** Fewer dead records are not worth copying the others for. */
  private static final int DEAD_MIN = 500;

  /** Where rows have less in common than this, looking for more would cost too much. */
  private static final int DISTINCT_MAX = 50_000;

  private static final long FREE = 0;
  private static final long GONE = -1;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

  private final byte[][] pages = new byte[PAGES_MAX][];

  /**
   * By the hash of an id, and on from there: the place of its record plus one, or {@link #FREE} or
   * {@link #GONE}. A power of two of them, at least half of which are free. Replaced when it grows.
   */
  private volatile long[] slots = new long[SLOTS_MIN];

  /** Slots that are not free. */
  private int used;

  /** Where the common fields of rows are that are here. */
  private final Map<Line, Long> commons = new HashMap<>();

  private int pageCount;

  /** Where the next record goes in the last page. */
  private int end;

  private long bytes;
  private int live;
  private int dead;

  /** Bytes that are compared by what they are. */
  @SuppressWarnings("ArrayRecordComponent") // which it says itself
  private record Line(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Line line && Arrays.equals(bytes, line.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  @Nullable KeyRow get(KeyId id) {
    long[] now = slots;
    int mask = now.length - 1;
    int index = id.hashCode() & mask;
    while (true) {
      // Read once: by another look it could be another key's, or nobody's.
      long slot = (long) SLOT.getAcquire(now, index);
      if (slot == FREE) {
        return null;
      }
      if (isOf(slot, id)) {
        return row(slot - 1);
      }
      index = (index + 1) & mask;
    }
  }

  private boolean isOf(long slot, KeyId id) {
    return slot != GONE && KeyRow.hasId(page(slot - 1), at(slot - 1), id);
  }

  private KeyRow row(long place) {
    byte[] page = page(place);
    long common = KeyRow.common(page, at(place));
    return new KeyRow(page, at(place), page(common), at(common));
  }

  /** The slot that has the id, or the free one where the search for it ends; for the writer. */
  private int slotOf(long[] now, KeyId id) {
    int mask = now.length - 1;
    int index = id.hashCode() & mask;
    while (now[index] != FREE && !isOf(now[index], id)) {
      index = (index + 1) & mask;
    }
    return index;
  }

  /** Adds a row, or puts it in the place of the one with its id. */
  void put(KeyRow row) {
    if (used * 2 >= slots.length) {
      slots = slotsOf(slots.length * 2);
    }
    long place = append(row);
    long[] now = slots;
    int index = slotOf(now, row.id());
    if (now[index] == FREE) {
      used++;
      live++;
    } else {
      kill(now[index] - 1);
    }
    SLOT.setRelease(now, index, place + 1);
  }

  void remove(KeyId id) {
    long[] now = slots;
    int index = slotOf(now, id);
    if (now[index] != FREE) {
      kill(now[index] - 1);
      live--;
      SLOT.setRelease(now, index, GONE);
    }
  }

  /**
   * Whether a {@link #copy} would be half as large: a dead record may have left common fields
   * behind that no other has.
   */
  boolean isWasteful() {
    return dead > DEAD_MIN && dead > live;
  }

  long bytes() {
    return bytes;
  }

  KeyPages copy() {
    KeyPages copy = new KeyPages();
    all(_ -> true).forEach(copy::put);
    return copy;
  }

  /** The rows that fit, in no order. */
  List<KeyRow> all(Predicate<KeyRow> fits) {
    List<KeyRow> found = new ArrayList<>();
    eachPlace(
        place -> {
          KeyRow row = row(place);
          if (fits.test(row)) {
            found.add(row);
          }
        });
    return found;
  }

  /**
   * Some of the rows that fit. Of a million that fit two million numbers are kept, which is no work
   * for the collector, and no rows.
   */
  Selection<KeyRow> page(Predicate<KeyRow> fits, KeyOrder order, long skip, int size) {
    Found found = new Found();
    eachPlace(
        place -> {
          KeyRow row = row(place);
          if (fits.test(row)) {
            found.add(place, order.rank().applyAsLong(row));
          }
        });
    return Selection.of(
        found.places, found.ranks, found.count, this::row, order.ties(), skip, size);
  }

  private static final class Found {
    long[] places = new long[1 << 10];
    long[] ranks = new long[1 << 10];
    int count;

    void add(long place, long rank) {
      if (count == places.length) {
        places = Arrays.copyOf(places, count * 2);
        ranks = Arrays.copyOf(ranks, count * 2);
      }
      places[count] = place;
      ranks[count++] = rank;
    }
  }

  private void eachPlace(LongConsumer taker) {
    for (int number = 0; number < pageCount; number++) {
      byte[] page = pages[number];
      int at = 0;
      for (int length = KeyRow.length(page, at); length != 0; length = KeyRow.length(page, at)) {
        if (length > 0) {
          taker.accept(place(number, at));
        }
        at += Math.abs(length);
      }
    }
  }

  private long[] slotsOf(int count) {
    long[] made = new long[count];
    used = 0;
    eachPlace(
        place -> {
          int index = KeyRow.id(page(place), at(place)).hashCode() & (count - 1);
          while (made[index] != FREE) {
            index = (index + 1) & (count - 1);
          }
          made[index] = place + 1;
          used++;
        });
    return made;
  }

  private void kill(long place) {
    dead++;
    KeyRow.kill(page(place), at(place));
  }

  private long append(KeyRow row) {
    long common = commons(row);
    long place = room(row.length());
    row.copy(page(place), at(place), common);
    return place;
  }

  /** Where the row's common fields are. They are passed over by who looks for records, as dead. */
  private long commons(KeyRow row) {
    Line line = new Line(row.commons());
    Long known = commons.get(line);
    if (known != null) {
      return known;
    }
    int length = KeyRow.FIELDS + line.bytes.length;
    long place = room(length);
    KeyRow.writeDead(page(place), at(place), length);
    System.arraycopy(line.bytes, 0, page(place), at(place) + KeyRow.FIELDS, line.bytes.length);
    if (commons.size() < DISTINCT_MAX) {
      commons.put(line, place);
    }
    return place;
  }

  private long room(int length) {
    if (pageCount == 0 || end + length > pages[pageCount - 1].length) {
      if (pageCount == PAGES_MAX) {
        throw new IllegalStateException("there are more keys than have room in memory");
      }
      int usual = Math.clamp(bytes, PAGE_MIN, PAGE_MAX);
      pages[pageCount++] = new byte[Math.max(usual, length)];
      end = 0;
    }
    long place = place(pageCount - 1, end);
    end += length;
    bytes += length;
    return place;
  }

  private static long place(int page, int at) {
    return (long) page << 32 | at;
  }

  private byte[] page(long place) {
    return pages[(int) (place >>> 32)];
  }

  private static int at(long place) {
    return (int) place;
  }
}
