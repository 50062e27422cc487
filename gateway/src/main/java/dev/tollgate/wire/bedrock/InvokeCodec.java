package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic Messages for Claude on Bedrock, by Invoke: Anthropic's body without what Bedrock says
 * in the path, its answer as it is, its events in binary messages. Stateless and thread-safe.
 */
public final class InvokeCodec implements Codec {
  private static final String VERSION = "anthropic_version";
  private static final String VERSION_DEFAULT = "\"bedrock-2023-05-31\"";

  private final Codec own;

  /**
   * @param own the codec of Anthropic's clients
   */
  public InvokeCodec(Codec own) {
    this.own = own;
  }

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return own.readRequest(endpoint, body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    Map<String, String> set = new HashMap<>(deployment.rules().extraBody());
    Member version = request.member(VERSION);
    if (version == null || version.isNull()) {
      set.putIfAbsent(VERSION, VERSION_DEFAULT);
    }
    Member system = request.member("system");
    if (system != null && request.body()[system.value().from()] == '"') {
      int from = system.value().from();
      String text = new String(request.body(), from, system.value().to() - from, UTF_8);
      set.putIfAbsent("system", "[{\"type\":\"text\",\"text\":" + text + "}]");
    }
    BodyRules rules = deployment.rules().dropping("model", "stream").setting(set);
    return own.requestFor(request, deployment.withRules(rules), outputCap);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    return AwsMessage.ACCEPT;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    return own.readReply(request, deployment, shape, body);
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
  public String streamType() {
    return own.streamType();
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new InvokeStream(deployment.provider(), own.stream(request, deployment, shape));
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return own.writeFailure(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return own.writeFailureEvent(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return BedrockRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }
}
