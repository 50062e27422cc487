/**
 * Embeddings in each dialect that has them. Uses {@code model}, {@code wire.json} and, for requests
 * and errors, {@code wire.openai}.
 */
@NullMarked
package dev.tollgate.wire.embedding;

import org.jspecify.annotations.NullMarked;
