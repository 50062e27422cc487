/**
 * Reads LiteLLM's {@code config.yaml} into immutable records and says of every key whether it is
 * used, not supported yet, or unknown.
 *
 * <p>May use model.
 */
@NullMarked
package dev.tollgate.config;

import org.jspecify.annotations.NullMarked;
