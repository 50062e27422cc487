/**
 * LiteLLM's {@code /key/*}.
 *
 * <p>May use what admin may use.
 */
@NullMarked
package dev.tollgate.admin.key;

import org.jspecify.annotations.NullMarked;
