/**
 * Caller's model name → {@link dev.tollgate.routing.Plan}: which deployments are asked, in which
 * order, after which wait; and the health of each.
 *
 * <p>May use {@code model}. No I/O and no locks: event loops share one {@link
 * dev.tollgate.routing.Routing}.
 */
@NullMarked
package dev.tollgate.routing;

import org.jspecify.annotations.NullMarked;
