/**
 * The LLM block and what is built on it: structured answers, text, conversation, lists, summaries,
 * conditions, and decisions with tools.
 *
 * <p>May use {@code client}'s {@link dev.tollgate.platform.client.Transport} and its exceptions,
 * and Jackson. Every block is immutable and safe for several threads; what a run has cost comes
 * back in its result or in its exception as {@link dev.tollgate.platform.blocks.ExecutionStats}.
 */
@NullMarked
package dev.tollgate.platform.blocks;

import org.jspecify.annotations.NullMarked;
