/**
 * Providers: the catalogue (rows of data) and {@link dev.tollgate.provider.Upstream}, the only HTTP
 * client.
 *
 * <p>May use model and wire.
 */
@NullMarked
package dev.tollgate.provider;

import org.jspecify.annotations.NullMarked;
