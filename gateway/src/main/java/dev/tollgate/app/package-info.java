/**
 * The command line and the wiring: {@link dev.tollgate.app.Assembly} makes every component, by
 * hand, in floor order.
 *
 * <p>May use everything.
 */
@NullMarked
package dev.tollgate.app;

import org.jspecify.annotations.NullMarked;
