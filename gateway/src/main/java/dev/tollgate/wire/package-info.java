/**
 * Pure codecs: bytes of a dialect to records and back. No I/O, no clock, no configuration, no
 * logging; every class here can be fuzzed and round-tripped.
 *
 * <p>May use {@code dev.tollgate.model}. Errors leave as {@link
 * dev.tollgate.model.FailureException}.
 */
@NullMarked
package dev.tollgate.wire;

import org.jspecify.annotations.NullMarked;
