/**
 * LiteLLM's management API: keys and spend.
 *
 * <p>May use http (its routes), access, limits, ledger, routing and model.
 */
@NullMarked
package dev.tollgate.admin;

import org.jspecify.annotations.NullMarked;
