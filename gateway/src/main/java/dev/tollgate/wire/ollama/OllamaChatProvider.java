package dev.tollgate.wire.ollama;

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
import dev.tollgate.wire.ndjson.LineFraming;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Ollama's {@code /api/chat} or {@code /api/generate}, for clients of other dialects. Stateless and
 * thread-safe.
 */
public final class OllamaChatProvider implements ProviderSide {
  private final boolean generates;

  private OllamaChatProvider(boolean generates) {
    this.generates = generates;
  }

  public static OllamaChatProvider ofChat() {
    return new OllamaChatProvider(false);
  }

  public static OllamaChatProvider ofGenerate() {
    return new OllamaChatProvider(true);
  }

  @Override
  public Set<String> lacks(Deployment deployment) {
    Set<String> lacks = new HashSet<>(deployment.rules().unsupported());
    lacks.add("n");
    return lacks;
  }

  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    return generates
        ? OllamaPrompt.write(chat, request, deployment, texts)
        : OllamaChatWriter.write(chat, request, deployment, texts);
  }

  /** LiteLLM's way; Ollama looks at the body alone. */
  @Override
  public Map<String, String> headersFor(
      Chat chat, Deployment deployment, Function<String, @Nullable String> client) {
    return Map.of("content-type", "application/octet-stream");
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    Reply reply;
    try {
      reply = OllamaReply.read(JsonTree.read(body), callsAsked(chat));
    } catch (JacksonException notJson) {
      throw unusable(deployment.provider(), "the reply is not JSON");
    }
    if (reply == null) {
      throw unusable(deployment.provider(), "the reply has no answer in it");
    }
    return reply;
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new OllamaEvents(deployment.provider(), callsAsked(chat));
  }

  private boolean callsAsked(Chat chat) {
    return generates && OllamaPrompt.asksForCalls(chat);
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new LineFraming(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return contentType.startsWith("application/x-ndjson")
        || contentType.startsWith("application/stream+json");
  }

  @Override
  public Failure readFailure(
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
