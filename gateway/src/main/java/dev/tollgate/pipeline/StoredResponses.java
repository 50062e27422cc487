package dev.tollgate.pipeline;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.pipeline.Aim.Named;
import dev.tollgate.pipeline.ResponseIds.Place;
import dev.tollgate.routing.Routing;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Splice;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The stored responses that calls are about or build on: only the deployment that made one has it,
 * and only its owner may use it. Thread-safe.
 */
final class StoredResponses {
  private static final String PREVIOUS = "previous_response_id";

  private final ResponseIds ids;
  private final Routing routing;

  StoredResponses(ResponseIds ids, Routing routing) {
    this.ids = ids;
    this.routing = routing;
  }

  /**
   * The response that a call names, null if it names none.
   *
   * @throws FailureException with a {@link Failure.NotThere} if there is none of that id for this
   *     caller
   */
  private @Nullable Named named(Caller caller, Request request) {
    Request.Stored stored = request.stored();
    if (stored != null) {
      Place place = ids.open(caller, stored.id(), "response_id");
      if (place == null) {
        throw unknown("response_id");
      }
      return new Named(stored.id(), place);
    }
    String previous = request.dialect() == Dialect.RESPONSES ? previous(request) : null;
    if (previous == null) {
      return null;
    }
    Place place = ids.open(caller, previous, PREVIOUS);
    if (place == null && !ResponseIds.isAdmin(caller)) {
      throw unknown(PREVIOUS);
    }
    return new Named(previous, place);
  }

  private static @Nullable String previous(Request request) {
    Member member = request.member(PREVIOUS);
    if (member == null || member.isNull()) {
      return null;
    }
    try {
      JsonNode value =
          JsonTree.read(
              Arrays.copyOfRange(request.body(), member.value().from(), member.value().to()));
      return value.isString() ? value.stringValue() : null; // what is none, the provider refuses
    } catch (JacksonException badEscape) {
      throw new FailureException(
          new Failure.BadRequest("Invalid JSON payload: a string is malformed", PREVIOUS));
    }
  }

  private static FailureException unknown(String param) {
    return new FailureException(
        new Failure.NotThere(
            "No response with this id was made here for this key. A response is kept by its"
                + " provider, where that has the Responses API; other models keep none: send the"
                + " whole conversation as input instead.",
            404,
            param));
  }

  /**
   * What a call asks, and of whom.
   *
   * @param modelOf the model that a request names
   */
  Aim aim(Call call, Caller caller, Codec codec, byte[] body, Function<Request, String> modelOf) {
    Request read = codec.readRequest(call.endpoint(), body);
    // A provider's own API knows its own ids.
    Named named = call.endpoint().passThrough() == null ? named(caller, read) : null;
    if (named == null) {
      return new Aim(read, modelOf.apply(read), null, null, null);
    }
    Request request = resolved(read, named, codec, call.endpoint());
    Place place = named.place();
    if (request.stored() != null && place != null) {
      String group = place.group();
      return new Aim(request, place.model(), group, named, deployment(request, named, group));
    }
    String model = modelOf.apply(request);
    String group = caller.aliases().getOrDefault(model, model);
    return new Aim(request, model, null, named, deployment(request, named, group));
  }

  /** The request with the provider's id in the place of the client's. */
  private static Request resolved(Request request, Named named, Codec codec, Endpoint endpoint) {
    Request.Stored stored = request.stored();
    if (stored != null) {
      return request.about(new Request.Stored(named.id(), stored.query()));
    }
    Member member = request.member(PREVIOUS);
    if (member == null || named.place() == null) {
      return request;
    }
    Splice splice = new Splice(request.body(), 0, request.body().length);
    splice.replace(member.value().from(), member.value().to(), JsonText.quote(named.id()));
    return codec.readRequest(endpoint, splice.apply());
  }

  /**
   * The one deployment that can answer; null for any. A conversation may go on with another group
   * of the same account, which only the provider can judge.
   *
   * @param group who is asked
   * @throws FailureException with a {@link Failure.NotThere} if a response is meant whose
   *     deployment is gone
   */
  private @Nullable String deployment(Request request, Named named, String group) {
    String made = named.place() == null ? null : named.place().deployment();
    boolean there =
        made == null
            || routing.deployments(group).stream().anyMatch(some -> some.id().equals(made));
    if (!there && request.stored() != null) {
      throw new FailureException(
          new Failure.NotThere(
              "The deployment that made this response is not configured any more.",
              404,
              "response_id"));
    }
    return there ? made : null;
  }

  /** Whether the provider answers at once and makes the response afterwards. */
  static boolean isInBackground(Request request) {
    Member member =
        request.operation() == Operation.RESPONSES ? request.member("background") : null;
    return member != null && request.body()[member.value().from()] == 't';
  }

  /** What the client is told for a provider's id in an answer of this deployment. */
  String shown(Caller caller, Aim aim, String group, Deployment deployment, String id) {
    Named named = aim.named();
    return named != null && id.equals(named.id())
        ? named.given()
        : ids.seal(caller, new Place(aim.model(), group, deployment.id(), id));
  }
}
