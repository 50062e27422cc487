package dev.tollgate.wire.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ProviderSide;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Providers of the Responses API, for clients of another dialect. */
public final class ResponsesProvider implements ProviderSide {
  private static final ResponsesCodec CODEC = new ResponsesCodec();
  private static final Set<String> LACKS =
      Set.of("stop", "seed", "frequency_penalty", "presence_penalty", "top_k", "n", "logit_bias");
  private static final ReplyShape AS_IT_IS = new ReplyShape(null, "", 0);
  private static final Request PLAIN =
      RequestReader.read(Operation.RESPONSES, "{\"input\":\"\"}".getBytes(UTF_8));

  @Override
  public Set<String> lacks(Deployment deployment) {
    if (!isChosen(deployment)) {
      return deployment.rules().unsupported();
    }
    Set<String> lacks = new HashSet<>(deployment.rules().notAlways());
    lacks.addAll(LACKS);
    return lacks;
  }

  /**
   * Whether the operator chose Responses. A model of chat completions answers clients of Messages
   * by them, too, as with LiteLLM, which then leaves out what Responses lack.
   */
  private static boolean isChosen(Deployment deployment) {
    Route chat = deployment.routes().get(Operation.CHAT);
    return chat == null || chat.operation() != Operation.CHAT;
  }

  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    byte[] body =
        JsonTree.write(
            new ResponseRequestWriter(chat, isChosen(deployment)).write(request.stream()), texts);
    Request read = RequestReader.read(Operation.RESPONSES, body);
    return RequestEdit.bodyFor(read.withControls(read.controls().droppingParams()), deployment);
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    WholeReply normal = CODEC.readReply(PLAIN, deployment, AS_IT_IS, body);
    return ResponseReplyReader.read(normal.body(), normal.usage());
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new ResponseEventReader(CODEC.stream(PLAIN, deployment, AS_IT_IS));
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
