/**
 * Anthropic Messages, as clients and as providers speak it. Uses {@code model}, {@code wire.json},
 * {@code wire.sse} and of {@code wire.openai} the reader of requests and the form of LiteLLM's own
 * errors.
 */
@NullMarked
package dev.tollgate.wire.anthropic;

import org.jspecify.annotations.NullMarked;
