/**
 * A conversation in no dialect's words: what the dialects translate through when a client speaks
 * one and a provider another. Records and sealed types only.
 *
 * <p>May use {@code dev.tollgate.model}. JSON that means nothing to us (a tool's schema, a call's
 * arguments, a provider's own parameter) stays a Jackson tree, which nobody changes once it is in a
 * record of this package.
 */
@NullMarked
package dev.tollgate.model.chat;

import org.jspecify.annotations.NullMarked;
