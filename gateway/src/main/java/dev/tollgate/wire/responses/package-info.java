/** OpenAI Responses, native. Uses {@code model}, {@code wire.json} and {@code wire.openai}. */
@NullMarked
package dev.tollgate.wire.responses;

import org.jspecify.annotations.NullMarked;
