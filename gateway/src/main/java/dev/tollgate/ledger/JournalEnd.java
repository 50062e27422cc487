package dev.tollgate.ledger;

/** The end of the journal, where it is written to: room first, then the entry. Thread-safe. */
interface JournalEnd {
  /**
   * Keeps room for one entry.
   *
   * @return false if there is none
   */
  boolean reserve();

  /** Gives a reservation back unused. */
  void unreserve();

  /**
   * Writes an entry for which there is a reservation, which it uses up.
   *
   * @return its sequence
   */
  long appendReserved(byte[] entry);
}
