/**
 * Google's Gemini API, as clients ask it and as Google AI and Vertex AI answer it. Uses {@code
 * model}, {@code wire.json}, {@code wire.sse} and the parts of {@code wire.openai} that say what
 * LiteLLM says.
 */
@NullMarked
package dev.tollgate.wire.gemini;

import org.jspecify.annotations.NullMarked;
