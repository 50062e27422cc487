package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ProviderSide;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Bedrock's Converse and ConverseStream for clients of other dialects. */
public final class ConverseProvider implements ProviderSide {
  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    return JsonTree.write(ConverseWriter.write(chat, deployment), texts);
  }

  @Override
  public Map<String, String> headersFor(
      Chat chat, Deployment deployment, Function<String, @Nullable String> client) {
    return AwsMessage.ACCEPT;
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    return new ConverseReader(deployment.provider(), emulates(chat, deployment)).read(body);
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new ConverseEventReader(deployment.provider(), emulates(chat, deployment));
  }

  private static boolean emulates(Chat chat, Deployment deployment) {
    return BedrockModel.of(deployment).emulated(chat) != null;
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new AwsFraming(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return AwsMessage.isStream(contentType);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return BedrockRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }
}
