/**
 * WebSockets of providers' own APIs: what their requests and messages say that money needs. Nothing
 * is edited.
 *
 * <p>May use {@code model}, {@code wire.json}.
 */
@NullMarked
package dev.tollgate.wire.socket;

import org.jspecify.annotations.NullMarked;
