/**
 * The server: the table of endpoints, bounds on what comes in, events going out. The only package
 * that imports the HTTP server.
 *
 * <p>May use pipeline, wire and model.
 */
@NullMarked
package dev.tollgate.http;

import org.jspecify.annotations.NullMarked;
