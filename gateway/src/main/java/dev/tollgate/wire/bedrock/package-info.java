/**
 * Amazon Bedrock: Converse, as clients and as providers speak it, Claude by Invoke, and the binary
 * event streams of both. Uses {@code model}, {@code wire.json}, {@code wire.anthropic} for what
 * Claude's own API shares, and of {@code wire.openai} the reader of requests and the form of
 * LiteLLM's own errors.
 */
@NullMarked
package dev.tollgate.wire.bedrock;

import org.jspecify.annotations.NullMarked;
