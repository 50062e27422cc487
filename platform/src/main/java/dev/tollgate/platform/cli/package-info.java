/**
 * The command line {@code tollgate-platform}: one small class a command.
 *
 * <p>May use everything of the platform, Jackson and commons-cli; nothing may use it. Every command
 * ends with 0 (fine), 1 (a check or a call failed) or 2 (used in the wrong way).
 */
@NullMarked
package dev.tollgate.platform.cli;

import org.jspecify.annotations.NullMarked;
