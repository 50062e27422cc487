/**
 * LiteLLM's {@code /spend/*} and {@code /global/*}: what was spent, by whom and on what.
 *
 * <p>May use what admin may use.
 */
@NullMarked
package dev.tollgate.admin.spend;

import org.jspecify.annotations.NullMarked;
