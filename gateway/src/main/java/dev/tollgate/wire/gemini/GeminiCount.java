package dev.tollgate.wire.gemini;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.GatewayParameters;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.RequestReader;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code countTokens} where the provider counts. */
final class GeminiCount {
  private static final String WHOLE = "generateContentRequest";

  private GeminiCount() {}

  static Request read(Endpoint endpoint, byte[] body) {
    Request request = RequestReader.read(endpoint.operation(), body).asWhole();
    boolean given = false;
    for (String name : List.of("contents", WHOLE, Nodes.snake(WHOLE))) {
      Request.Member member = request.member(name);
      given |= member != null && !member.isNull();
    }
    if (!given) {
      throw GeminiRequest.bad("Missing required parameter: 'contents'.", "contents");
    }
    return request;
  }

  /** The body for the provider, which insists on its own name of the model. */
  static byte[] forProvider(Request request, Deployment deployment) {
    JsonNode read;
    try {
      read = JsonTree.read(request.body());
    } catch (JacksonException badEscape) {
      throw GeminiRequest.bad("Invalid JSON payload: a string is malformed", "request_body");
    }
    if (!(read instanceof ObjectNode body)) {
      return request.body();
    }
    for (String name : new ArrayList<>(body.propertyNames())) {
      if (name.equals("model") || name.equals("metadata") || GatewayParameters.has(name)) {
        body.remove(name);
      }
    }
    if (Nodes.member(body, WHOLE) instanceof ObjectNode whole) {
      whole.put("model", "models/" + deployment.model());
    }
    return JsonTree.write(body);
  }

  static WholeReply check(Deployment deployment, byte[] body) {
    boolean counted;
    try {
      counted = JsonTree.read(body).path("totalTokens").isIntegralNumber();
    } catch (JacksonException notJson) {
      counted = false;
    }
    if (!counted) {
      throw new FailureException(
          Refusal.unusable(deployment.provider(), "the reply has no 'totalTokens'"));
    }
    return new WholeReply(body, Usage.NONE, null, TextSample.NONE);
  }
}
