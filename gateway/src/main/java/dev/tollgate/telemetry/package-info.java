/**
 * What happened: one {@code Outcome} in for each call, one wide JSON line and the metrics out.
 *
 * <p>May use {@code model} only, besides the Prometheus client and SLF4J. Nothing here blocks or
 * fails a call: what cannot be written is dropped and counted.
 */
@NullMarked
package dev.tollgate.telemetry;

import org.jspecify.annotations.NullMarked;
