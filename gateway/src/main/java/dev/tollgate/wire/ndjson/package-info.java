/** Streams of JSON documents, one to a line. Uses {@code dev.tollgate.model} for its failure. */
@NullMarked
package dev.tollgate.wire.ndjson;

import org.jspecify.annotations.NullMarked;
