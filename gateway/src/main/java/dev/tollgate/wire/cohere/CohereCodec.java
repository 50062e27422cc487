package dev.tollgate.wire.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cohere's {@code /v2/chat} on both sides. Stateless and thread-safe. */
public final class CohereCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request request = RequestReader.read(endpoint.operation(), body);
    Request.Member messages = request.member("messages");
    if (messages == null || messages.isNull()) {
      throw Fields.bad("messages", "a list of messages");
    }
    return request;
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    Deployment own = inOwnWords(deployment);
    Deployment capped =
        outputCap == null ? own : own.withMember("max_tokens", outputCap.toString());
    return SignedIds.bare(RequestEdit.bodyFor(request, capped), deployment);
  }

  /** The rules of a deployment are for bodies in OpenAI's words, all but those by name. */
  private static Deployment inOwnWords(Deployment deployment) {
    Deployment.BodyRules rules = deployment.rules();
    return deployment.withRules(
        new Deployment.BodyRules(
            Map.of(),
            Set.of(),
            false,
            rules.dropped(),
            rules.defaults(),
            rules.extraBody(),
            false,
            Set.of()));
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    return CohereReplyScan.read(deployment, body);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new CohereStream(deployment);
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new CohereFraming(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return CohereFraming.isStream(contentType);
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    StringBuilder out = new StringBuilder(64 + failure.message().length()).append("{\"message\":");
    JsonText.quote(out, failure.message());
    return out.append('}').toString().getBytes(UTF_8);
  }

  /** Cohere ends a stream that failed with a finish reason of its own. */
  @Override
  public byte[] writeFailureEvent(Failure failure) {
    StringBuilder out = new StringBuilder(128 + failure.message().length());
    out.append("event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"error\":");
    JsonText.quote(out, failure.message());
    return out.append(",\"finish_reason\":\"ERROR\"}}\n\n").toString().getBytes(UTF_8);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return CohereChatProvider.failure(deployment, status, retryAfter, now, body);
  }
}
