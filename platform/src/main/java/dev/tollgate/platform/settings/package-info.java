/**
 * Which address and which key each component uses, and where each value came from.
 *
 * <p>May use nothing of Tollgate. Reads the environment it is given and one dotenv file; opens no
 * connection.
 */
@NullMarked
package dev.tollgate.platform.settings;

import org.jspecify.annotations.NullMarked;
