package dev.tollgate.admin.form;

import dev.tollgate.http.ManagementRoute.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer that is no success, in one of the two shapes of LiteLLM's management API. Not a {@link
 * dev.tollgate.model.Failure}: those shapes and types exist here only.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  private RefusedException(String message, Answer answer) {
    super(message, null, false, false);
    this.answer = answer;
  }

  public Answer answer() {
    return answer;
  }

  /** What was wrong, for an answer that tells of several things. */
  public String reason() {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** LiteLLM's envelope; {@code code} is the status as text. */
  public static RefusedException envelope(int status, String message, String type, String param) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", Integer.toString(status));
    return new RefusedException(message, Json.answer(status, body));
  }

  public static RefusedException badRequest(String message, String param) {
    return envelope(400, message, "bad_request_error", param);
  }

  /** What LiteLLM makes of an exception in a handler: a dictionary as Python prints it. */
  public static RefusedException python(int status, String name, String message) {
    char quote = message.indexOf('\'') >= 0 && message.indexOf('"') < 0 ? '"' : '\'';
    String text = message.replace("\\", "\\\\");
    String quoted = quote + (quote == '"' ? text : text.replace("'", "\\'")) + quote;
    return envelope(status, "{'" + name + "': " + quoted + "}", "auth_error", "None");
  }

  /** FastAPI's answer to an exception that a handler throws as it is. */
  public static RefusedException detail(int status, String message) {
    ObjectNode body = Json.object();
    body.putObject("detail").put("error", message);
    return new RefusedException(message, Json.answer(status, body));
  }

  /** FastAPI's list of what is wrong with a request. */
  public static RefusedException invalid(List<Problem> problems) {
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
  public record Problem(String type, List<Object> place, String message) {}
}
