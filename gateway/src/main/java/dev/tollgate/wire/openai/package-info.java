/**
 * OpenAI chat completions, completions and embeddings, and the parts that the Responses dialect
 * shares with them. Uses {@code model} and {@code wire.json}.
 */
@NullMarked
package dev.tollgate.wire.openai;

import org.jspecify.annotations.NullMarked;
