package dev.tollgate.pipeline;

import dev.tollgate.access.Access;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Request;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import java.util.List;
import java.util.Set;

/** Holds a caller to the models that it may use, wherever a call names one. */
final class ModelCheck {
  private static final List<String> STORED = List.of("previous_response_id", "conversation");

  private final Access access;
  private final Routing routing;

  ModelCheck(Access access, Routing routing) {
    this.access = access;
    this.routing = routing;
  }

  /**
   * Checks a call's models. A call of a provider's own API names one in its path, in its body, or
   * in both: then the caller must have both, since it is the provider who chooses. Where it is not
   * known what the path asks, no name in the body can be relied on. What is stored at a provider,
   * files or batches, belongs to all who share its account: who may not use all of its models may
   * not read or delete it either, nor go on with a response or conversation by the provider's id.
   *
   * @param model the model that is asked
   * @throws dev.tollgate.model.FailureException if one of them may not be used
   */
  void check(Caller caller, Endpoint endpoint, Request request, String model) {
    PassThrough own = endpoint.passThrough();
    if (own == null) {
      mayUse(caller, model);
      return;
    }
    boolean free = request.operation() == Operation.PASS_THROUGH_FREE;
    if (free && model.isEmpty() && own.isHarmless()) {
      return;
    }
    if (request.operation() == Operation.PASS_THROUGH || model.isEmpty() || goesOn(request)) {
      access.mayPassUnseen(caller, endpoint.path());
    }
    for (String named : new String[] {model, own.model(), request.model()}) {
      if (named != null && !named.isEmpty()) {
        mayUse(caller, named);
      }
    }
  }

  private static boolean goesOn(Request request) {
    for (String name : STORED) {
      Request.Member member = request.member(name);
      if (member != null && !member.isNull()) {
        return true;
      }
    }
    return false;
  }

  /** All names that a model goes by for this caller. */
  Set<String> names(Caller caller, String model) {
    return routing.names(model, caller.aliases());
  }

  /** Whether a caller may use a model by this name. */
  void mayUse(Caller caller, String model) {
    RoutingTable.Alias alias = routing.table().aliases().get(model);
    // A key that may use what the operator's alias stands for may use the alias.
    List<String> targets = alias == null ? List.of() : List.of(alias.group());
    access.mayUse(caller, model, routing.accessGroups(model), targets);
  }
}
