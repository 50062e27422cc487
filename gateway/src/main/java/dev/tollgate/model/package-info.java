/**
 * The language that every other package speaks: records and sealed types, no behaviour beyond their
 * own arithmetic.
 *
 * <p>May use nothing of Tollgate. No I/O, no clock, no HTTP types.
 */
@NullMarked
package dev.tollgate.model;

import org.jspecify.annotations.NullMarked;
