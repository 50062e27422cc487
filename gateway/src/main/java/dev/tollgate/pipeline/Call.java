package dev.tollgate.pipeline;

import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Secret;
import io.vertx.core.MultiMap;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client, as its head says.
 *
 * @param id the client's {@code x-litellm-call-id}, else a new one
 * @param endpoint the route, looked up once
 * @param credential what was presented, null if nothing was
 * @param headers the request's headers
 * @param started when the head had arrived
 * @param startedNanos the same on the monotonic clock
 * @param clientAddress the peer's address
 */
public record Call(
    String id,
    Endpoint endpoint,
    @Nullable Secret credential,
    MultiMap headers,
    Instant started,
    long startedNanos,
    String clientAddress) {}
