package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader of the journal that stands behind the last record it gave. For one thread. */
final class JournalCursor {
  private static final Logger LOG = LoggerFactory.getLogger(JournalCursor.class);

  private final Journal journal;
  private final long from;
  private @Nullable Segment segment;
  private int offset;
  private long sequence;

  JournalCursor(Journal journal, long from) {
    this.journal = journal;
    this.from = from;
  }

  /** Sequence of the record given last. */
  long sequence() {
    return sequence;
  }

  /** The next record, or null if there is none yet. */
  byte @Nullable [] read() {
    while (true) {
      Segment current = segment == null ? enter(journal.after(null)) : segment;
      if (current == null) {
        return null;
      }
      // In this order: what is sealed publishes no more.
      boolean sealed = current.isSealed();
      int end = current.published();
      if (offset < end) {
        byte[] payload = record(current, end);
        if (payload.length > 0 && sequence >= from) {
          return payload;
        }
      } else if (!sealed || enter(journal.after(current)) == null) {
        return null;
      }
    }
  }

  /** The record at the offset, behind which it then stands; empty if it is damaged. */
  private byte[] record(Segment current, int end) {
    byte[] payload = current.payloadAt(offset);
    if (payload.length == 0) {
      LOG.error("journal: {} is damaged at byte {}", current.path().getFileName(), offset);
      int whole = current.wholeFrom(offset);
      offset = whole < 0 ? end : whole;
      return payload;
    }
    sequence = current.sequenceAt(offset);
    offset += Segment.framed(payload.length);
    return payload;
  }

  private @Nullable Segment enter(@Nullable Segment next) {
    if (next != null) {
      segment = next;
      offset = Segment.HEADER_BYTES;
    }
    return next;
  }
}
