/**
 * JSON as the codecs need it: one streaming scan that knows where things stand, and splices of
 * bytes. Uses only Jackson.
 */
@NullMarked
package dev.tollgate.wire.json;

import org.jspecify.annotations.NullMarked;
