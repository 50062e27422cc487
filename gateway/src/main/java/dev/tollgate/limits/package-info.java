/**
 * How fast a caller may go: requests and tokens per minute, calls at the same time. {@code
 * Limits.admit} gives a {@code Permit}, which is released when the call ends.
 *
 * <p>May use model. In memory, without I/O.
 */
@NullMarked
package dev.tollgate.limits;

import org.jspecify.annotations.NullMarked;
