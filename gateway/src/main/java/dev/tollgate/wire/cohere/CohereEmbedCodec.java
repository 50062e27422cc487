package dev.tollgate.wire.cohere;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeCodec;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Cohere's {@code /v2/embed} on both sides. Stateless and thread-safe. */
public final class CohereEmbedCodec implements WholeCodec {
  private final CohereCodec chat = new CohereCodec();

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return RequestReader.read(endpoint.operation(), body).asWhole();
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return chat.requestFor(request, deployment, null);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    JsonNode reply;
    try {
      reply = JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw CohereChatProvider.unusable(deployment.provider(), "the reply is not JSON");
    }
    if (!reply.has("embeddings")) {
      throw CohereChatProvider.unusable(deployment.provider(), "the reply has no 'embeddings'");
    }
    Usage usage = CohereWords.usage(reply.path("meta"));
    return new WholeReply(body, usage, Tree.text(reply, "id"), TextSample.NONE);
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
