/**
 * The platform side: what an application needs to send its OpenAI calls through the gateway.
 *
 * <p>Floors, from the ground: {@code settings}, {@code client} (uses settings), {@code codex} and
 * {@code blocks} (use client). It depends on nothing of the gateway but its HTTP addresses.
 */
@NullMarked
package dev.tollgate.platform;

import org.jspecify.annotations.NullMarked;
