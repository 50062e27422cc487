/** Tollgate, a self-hosted LLM gateway. */
@NullMarked
package dev.tollgate;

import org.jspecify.annotations.NullMarked;
