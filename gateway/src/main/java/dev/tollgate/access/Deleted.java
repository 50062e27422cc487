package dev.tollgate.access;

import java.time.Instant;

/**
 * A key or a tenant that is gone, as it was.
 *
 * @param at when it was deleted
 * @param by who deleted it
 */
public record Deleted<T>(T row, Instant at, String by) {
  /** No list goes further back than to so many, the newest. */
  public static final int LISTED_MAX = 10_000;
}
