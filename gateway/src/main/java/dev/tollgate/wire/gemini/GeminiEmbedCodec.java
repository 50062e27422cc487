package dev.tollgate.wire.gemini;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeCodec;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.GatewayParameters;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code embedContent} and {@code batchEmbedContents} on both sides. Stateless and thread-safe. */
public final class GeminiEmbedCodec implements WholeCodec {
  private final GeminiCodec chat = new GeminiCodec();

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request request = RequestReader.read(endpoint.operation(), body).asWhole();
    String needed = endpoint.operation() == Operation.GEMINI_EMBED ? "requests" : "content";
    Request.Member member = request.member(needed);
    if (member == null || member.isNull()) {
      throw GeminiRequest.bad("Missing required parameter: '" + needed + "'.", needed);
    }
    return request;
  }

  /** Each request names the model once more, and has to name the path's. */
  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
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
    String model = "models/" + deployment.model();
    if (request.operation() == Operation.GEMINI_EMBED_ONE) {
      body.put("model", model);
    }
    for (JsonNode one : Nodes.items(body, "requests")) {
      if (one instanceof ObjectNode object) {
        object.put("model", model);
      }
    }
    return JsonTree.write(body);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    String expected = request.operation() == Operation.GEMINI_EMBED ? "embeddings" : "embedding";
    JsonNode reply;
    try {
      reply = JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw unusable(deployment, "the reply is not JSON");
    }
    if (!reply.has(expected)) {
      throw unusable(deployment, "the reply has no '" + expected + "'");
    }
    JsonNode metadata = Nodes.member(reply, "usageMetadata");
    Usage usage = metadata == null ? null : Usage.of(Nodes.count(metadata, "promptTokenCount"), 0);
    return new WholeReply(body, usage, null, TextSample.NONE);
  }

  private static FailureException unusable(Deployment deployment, String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return chat.writeFailure(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return chat.writeFailureEvent(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return chat.readFailure(deployment, status, retryAfter, now, body);
  }
}
