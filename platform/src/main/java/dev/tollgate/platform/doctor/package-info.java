/**
 * Finds out why calls do not come through: the page's troubleshooting section, made executable.
 *
 * <p>May use {@code settings}, {@code client}, {@code codex}, {@code blocks} (for the names of
 * models) and Jackson. No report holds a key.
 */
@NullMarked
package dev.tollgate.platform.doctor;

import org.jspecify.annotations.NullMarked;
