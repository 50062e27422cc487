/**
 * The HTTP client for OpenAI's API, and the utility client with embeddings on top of it.
 *
 * <p>May use {@code settings}, the JDK's {@code HttpClient}, Jackson and JTokkit.
 */
@NullMarked
package dev.tollgate.platform.client;

import org.jspecify.annotations.NullMarked;
