package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ProviderSide;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Providers of chat completions. What is written and read goes through the edits of the plain path,
 * which hold all that is known of the compatible providers.
 */
public final class ChatProvider implements ProviderSide {
  private static final OpenAiCodec CODEC = new OpenAiCodec();
  private static final ReplyShape AS_IT_IS = new ReplyShape(null, "", 0);
  private static final Request PLAIN =
      RequestReader.read(Operation.CHAT, "{\"messages\":[]}".getBytes(UTF_8));

  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    byte[] body = JsonTree.write(new ChatRequestWriter(chat).write(request.stream()), texts);
    return RequestEdit.bodyFor(lenient(RequestReader.read(Operation.CHAT, body)), deployment);
  }

  /** What the provider has not is left out: the client did not speak of it in these words. */
  private static Request lenient(Request request) {
    return request.withControls(request.controls().droppingParams());
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    WholeReply normal = CODEC.readReply(asked(chat, deployment), deployment, AS_IT_IS, body);
    return ChatReplyReader.read(normal.body(), normal.usage());
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new ChunkReader(
        CODEC.stream(asked(chat, deployment), deployment, AS_IT_IS), deployment.provider());
  }

  /** What the edit of the reply has to know of the request: as a rule nothing. */
  private static Request asked(Chat chat, Deployment deployment) {
    if (!deployment.rules().quirks().contains(Quirk.JSON_SCHEMA_AS_TOOL)) {
      return PLAIN;
    }
    return RequestReader.read(
        Operation.CHAT, JsonTree.write(new ChatRequestWriter(chat).write(false)));
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
    return CODEC.readFailure(deployment, status, retryAfter, now, body);
  }
}
