/**
 * The spine: {@link dev.tollgate.pipeline.Pipeline#serve} is the way of every call that can spend
 * money.
 *
 * <p>May use the ribs (access, limits, ledger, routing, telemetry), provider, wire and model. Each
 * call lives on one event loop from its first byte to its end.
 */
@NullMarked
package dev.tollgate.pipeline;

import org.jspecify.annotations.NullMarked;
