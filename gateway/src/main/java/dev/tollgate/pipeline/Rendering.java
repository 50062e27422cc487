package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Codecs;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request in the words of the provider that it goes to.
 *
 * @param deployment where it goes
 * @param codec the way there, which also reads the answer
 * @param route what is asked of the provider, and where
 * @param body the provider's body
 * @param headers that the request needs in the provider's dialect
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: it is never compared
record Rendering(
    Deployment deployment, Codec codec, Route route, byte[] body, Map<String, String> headers) {

  /**
   * Renders a request for a deployment.
   *
   * @param outputCap most output tokens that the budget leaves room for; null for no bound
   * @param client the client's headers by their name in lower case
   * @throws FailureException if the deployment cannot take the request as it is
   */
  static Rendering of(
      Request request,
      Endpoint endpoint,
      Deployment deployment,
      @Nullable Long outputCap,
      Function<String, @Nullable String> client) {
    Route offered = Objects.requireNonNull(deployment.routes().get(endpoint.operation()));
    Codec codec = Codecs.between(endpoint, offered.operation());
    return new Rendering(
        deployment,
        codec,
        codec.routeFor(request, deployment, offered),
        codec.requestFor(request, deployment, outputCap),
        codec.headersFor(request, deployment, client));
  }
}
