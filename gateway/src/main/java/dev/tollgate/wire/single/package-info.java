/**
 * Operations with one JSON document in and one answer out, which is never read event by event:
 * rerank, moderations, images; speech, whose answer is sound. Uses {@code model}, {@code wire.json}
 * and, for requests and errors, {@code wire.openai}.
 */
@NullMarked
package dev.tollgate.wire.single;

import org.jspecify.annotations.NullMarked;
