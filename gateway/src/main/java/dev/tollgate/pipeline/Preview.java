package dev.tollgate.pipeline;

import dev.tollgate.access.Access;
import dev.tollgate.model.Address;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import dev.tollgate.wire.Codecs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a provider would be sent for a request, by the codecs that would send it. Thread-safe. */
public final class Preview {
  private final Access access;
  private final Routing routing;

  /**
   * A request that was not sent.
   *
   * @param url where it would go
   * @param headers its headers; what proves who asks is hidden
   * @param body its body
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: it is never compared
  public record Shown(String url, Map<String, String> headers, byte[] body) {}

  public Preview(Access access, Routing routing) {
    this.access = access;
    this.routing = routing;
  }

  /**
   * Translates a request for the deployment that would be asked now.
   *
   * @throws FailureException as the call itself would
   */
  public Shown of(Caller caller, Operation operation, byte[] body) {
    Endpoint endpoint =
        new Endpoint(operation.path(), operation.path(), "", operation, null, null, false);
    Request request = Codecs.of(operation).readRequest(endpoint, body);
    String model = request.model();
    if (model == null || model.isEmpty()) {
      throw new FailureException(routing.noModel(model));
    }
    RoutingTable.Alias alias = routing.table().aliases().get(model);
    List<String> targets = alias == null ? List.of() : List.of(alias.group());
    access.mayUse(caller, model, routing.accessGroups(model), targets);
    Plan plan =
        routing.plan(model, caller.aliases(), operation, request.controls(), request.stream());
    try {
      return shown(request, endpoint, plan.first().deployment());
    } finally {
      plan.over();
    }
  }

  private static Shown shown(Request request, Endpoint endpoint, Deployment deployment) {
    Rendering rendering = Rendering.of(request, endpoint, deployment, null, _ -> null);
    Address address = rendering.route().address(request.stream());
    Map<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/json");
    deployment.headers().forEach((name, value) -> headers.put(name, value.toString())); // ***
    if (deployment.signing() != null) {
      headers.put("authorization", "***");
    }
    headers.putAll(rendering.headers());
    return new Shown(address.base() + address.target(), headers, rendering.body());
  }
}
