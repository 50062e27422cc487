package dev.tollgate.pipeline;

import dev.tollgate.model.Caller;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Request;
import dev.tollgate.pipeline.ResponseIds.Place;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Routing;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks, and of whom.
 *
 * @param model what the caller has to be allowed to use
 * @param group the group that has what is asked about, whatever the model's name means now; null to
 *     go by the model
 * @param named the stored response that is meant or built on; null for none
 * @param deployment the only one that can answer, by its id; null for any
 */
record Aim(
    Request request,
    String model,
    @Nullable String group,
    @Nullable Named named,
    @Nullable String deployment) {

  /**
   * A response that a call names.
   *
   * @param given its id in the client's words
   * @param place where it is; null if an administrator gave the provider's own id
   */
  record Named(String given, @Nullable Place place) {
    /** The provider's id. */
    String id() {
      return place == null ? given : place.id();
    }
  }

  Request.Controls controls(Request.Controls asked) {
    return deployment == null ? asked : asked.only(deployment);
  }

  Plan plan(Routing routing, Call call, Caller caller, Request.Controls controls) {
    PassThrough own = call.endpoint().passThrough();
    if (own != null) {
      boolean keyed = ClientKey.of(call) != null;
      return routing.planBelow(
          own.mount(), keyed, model, caller.aliases(), controls, request.stream());
    }
    return group == null
        ? routing.plan(model, caller.aliases(), request.operation(), controls, request.stream())
        : routing.plan(group, Map.of(), request.operation(), controls, request.stream());
  }
}
