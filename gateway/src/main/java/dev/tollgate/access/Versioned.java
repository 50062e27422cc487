package dev.tollgate.access;

/**
 * A row that is kept in the store and held in memory. Versions of one row only grow, and their
 * upper half is drawn anew for each row made, so that a late write to a deleted row can never be
 * taken for a write to another one made under the same name.
 */
interface Versioned {
  /** Bits of a version that count changes. */
  int GENERATION_SHIFT = 32;

  long version();

  /** Whether it is the same row, in this or in another version. */
  default boolean isSameRow(long otherVersion) {
    return version() >>> GENERATION_SHIFT == otherVersion >>> GENERATION_SHIFT;
  }

  /** Whether it is a later version of the same row. */
  default boolean isAfter(Versioned other) {
    return isSameRow(other.version()) && version() > other.version();
  }
}
