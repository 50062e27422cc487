/**
 * Cohere's chat, version 2, as its providers and its clients speak it; and its embeddings. Uses
 * {@code model}, {@code wire.json}, {@code wire.sse}, {@code wire.ndjson} and, for errors and
 * requests' controls, {@code wire.openai}.
 */
@NullMarked
package dev.tollgate.wire.cohere;

import org.jspecify.annotations.NullMarked;
