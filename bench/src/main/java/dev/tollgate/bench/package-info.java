/**
 * The far ends of a measurement: an upstream that answers at little cost and a load that records
 * what each event and reply took. {@code bench/run} starts both on one core and the subject on
 * another.
 *
 * <p>May use the JDK only, and nothing of the gateway: what is measured must not measure itself.
 */
@NullMarked
package dev.tollgate.bench;

import org.jspecify.annotations.NullMarked;
