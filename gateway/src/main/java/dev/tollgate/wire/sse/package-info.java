/**
 * Server-sent events: bytes of a stream cut into whole events. Uses {@code dev.tollgate.model} for
 * its failure.
 */
@NullMarked
package dev.tollgate.wire.sse;

import org.jspecify.annotations.NullMarked;
