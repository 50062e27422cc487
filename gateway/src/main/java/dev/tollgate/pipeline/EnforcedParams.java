package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonTree;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Holds requests to the parameters that the operator or their key wants. Stateless. */
final class EnforcedParams {
  private EnforcedParams() {}

  /**
   * Looks for each of them; one that is null is not there. What costs nothing need not have them: a
   * read has no body.
   *
   * @param names top-level members, {@code user}, or what is in them, {@code
   *     metadata.generation_name}
   * @throws FailureException {@link Failure.BadRequest} with LiteLLM's words for the first that is
   *     missing
   */
  static void check(List<String> names, Request request) {
    if (names.isEmpty() || request.operation().free()) {
      return;
    }
    Map<Request.Member, JsonNode> read = new HashMap<>(); // large ones are not read once a name
    for (String name : names) {
      String[] path = name.split("\\.", -1);
      Request.Member member = request.member(path[0]);
      boolean there =
          member != null
              && !member.isNull()
              && (path.length == 1
                  || isIn(read.computeIfAbsent(member, each -> tree(request, each)), path));
      if (!there) {
        throw missing(name, path);
      }
    }
  }

  private static boolean isIn(JsonNode value, String[] path) {
    JsonNode found = value;
    for (int i = 1; i < path.length; i++) {
      found = found.path(path[i]);
    }
    return !found.isMissingNode() && !found.isNull();
  }

  private static JsonNode tree(Request request, Request.Member member) {
    Request.Span value = member.value();
    try {
      return JsonTree.read(Arrays.copyOfRange(request.body(), value.from(), value.to()));
    } catch (JacksonException _) {
      return MissingNode.getInstance(); // the field of a form, which may be any text
    }
  }

  private static FailureException missing(String name, String[] path) {
    String shown = path.length == 1 ? name : "[" + String.join("][", path) + "]";
    return new FailureException(
        new Failure.BadRequest(
            "BadRequest please pass param=" + shown + " in request body. This is a required param",
            name));
  }
}
