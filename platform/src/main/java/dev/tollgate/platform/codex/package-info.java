/**
 * Code generation through the Responses API.
 *
 * <p>May use {@code client}'s {@link dev.tollgate.platform.client.Transport} and Jackson.
 */
@NullMarked
package dev.tollgate.platform.codex;

import org.jspecify.annotations.NullMarked;
