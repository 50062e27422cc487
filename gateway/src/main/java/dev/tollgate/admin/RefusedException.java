package dev.tollgate.admin;

import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.model.Caller;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer that is no success, in one of the two shapes of LiteLLM's management API. Not a {@link
 * dev.tollgate.model.Failure}: those shapes and types exist here only.
 */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  private RefusedException(String message, Answer answer) {
    super(message, null, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }

  /** LiteLLM's envelope; {@code code} is the status as text. */
  static RefusedException envelope(int status, String message, String type, String param) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", Integer.toString(status));
    return new RefusedException(message, Json.answer(status, body));
  }

  static RefusedException badRequest(String message, String param) {
    return envelope(400, message, "bad_request_error", param);
  }

  static RefusedException keyNotFound() {
    return envelope(404, "Key not found in database", "not_found_error", "key");
  }

  static RefusedException notYours(Caller caller) {
    return envelope(
        403,
        "You are not allowed to access this key's info. Your role="
            + (caller.userId() == null ? "unknown" : "internal_user"),
        "auth_error",
        "None");
  }

  /** FastAPI's list of what is wrong with a request. */
  static RefusedException invalid(List<Problem> problems) {
    ObjectNode body = Json.object();
    ArrayNode detail = body.putArray("detail");
    for (Problem problem : problems) {
      ObjectNode each = detail.addObject();
      each.put("type", problem.type());
      ArrayNode place = each.putArray("loc");
      for (Object step : problem.place()) {
        if (step instanceof Integer index) {
          place.add(index);
        } else {
          place.add(step.toString());
        }
      }
      each.put("msg", problem.message());
    }
    return new RefusedException("the request is not valid", Json.answer(422, body));
  }

  /**
   * One thing that is wrong with a request.
   *
   * @param type FastAPI's name of the kind of problem
   * @param place where it is: {@code body} or {@code query}, then names and indexes
   */
  record Problem(String type, List<Object> place, String message) {}
}
