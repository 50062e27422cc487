package dev.tollgate.wire.cohere;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ProviderSide;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Cohere's {@code /v2/chat}, for clients of other dialects. Stateless and thread-safe. */
public final class CohereChatProvider implements ProviderSide {
  @Override
  public Set<String> lacks(Deployment deployment) {
    Set<String> lacks = new HashSet<>(deployment.rules().unsupported());
    lacks.add("n");
    return lacks;
  }

  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    return CohereRequestWriter.write(chat, request, deployment, texts);
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    Reply reply;
    try {
      reply = CohereReplyReader.read(JsonTree.read(body));
    } catch (JacksonException notJson) {
      throw unusable(deployment.provider(), "the reply is not JSON");
    }
    if (reply == null) {
      throw unusable(deployment.provider(), "the reply has no 'message'");
    }
    return reply;
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new CohereEvents(deployment.provider(), false);
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
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return failure(deployment, status, retryAfter, now, body);
  }

  /** Cohere says {@code {"message": …}}. */
  static Failure failure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return Refusal.of(
        deployment.provider(),
        Refusal.Family.DIRECT,
        status,
        Refusal.retryAfter(retryAfter, now),
        body);
  }

  static FailureException unusable(String provider, String why) {
    return new FailureException(Refusal.unusable(provider, why));
  }
}
