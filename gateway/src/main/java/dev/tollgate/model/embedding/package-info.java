/**
 * Texts to be turned into vectors, and the vectors, in no dialect's words. May use {@code
 * dev.tollgate.model}; JSON that means nothing to us stays a Jackson tree, which nobody changes.
 */
@NullMarked
package dev.tollgate.model.embedding;

import org.jspecify.annotations.NullMarked;
