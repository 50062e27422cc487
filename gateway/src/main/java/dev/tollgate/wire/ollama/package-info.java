/**
 * Ollama's own interface: chat, generation from a prompt, embeddings; for clients of other
 * dialects. Uses {@code model}, {@code wire.json}, {@code wire.ndjson} and, for errors and
 * requests' controls, {@code wire.openai}.
 */
@NullMarked
package dev.tollgate.wire.ollama;

import org.jspecify.annotations.NullMarked;
