package dev.tollgate.wire.anthropic;

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
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Providers of {@code /v1/messages} for clients of other dialects. */
public final class MessagesProvider implements ProviderSide {
  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    return JsonTree.write(BodyWriter.write(chat, request.stream(), deployment), texts);
  }

  @Override
  public Map<String, String> headersFor(
      Chat chat, Deployment deployment, Function<String, @Nullable String> client) {
    ApiHeaders headers = new ApiHeaders(deployment).client(client);
    Features.of(chat, ClaudeModel.of(deployment)).forEach(headers::add);
    return headers.map();
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    return new MessageReader(deployment.provider(), emulates(chat, deployment)).read(body);
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new MessageEventReader(deployment.provider(), emulates(chat, deployment));
  }

  /** Whether a tool stands in for the schema of the answer. */
  private static boolean emulates(Chat chat, Deployment deployment) {
    return SchemaTool.schema(chat) != null && !ClaudeModel.of(deployment).structured();
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new EventSplitter(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return EventSplitter.isStream(contentType);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return MessagesRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }

  /** The refusal of a reply that is none. */
  static FailureException unusable(String provider, String why) {
    return new FailureException(dev.tollgate.wire.openai.Refusal.unusable(provider, why));
  }
}
