package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.RawText;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Converse, for models of Bedrock's. Stateless and thread-safe. */
public final class BedrockCodec implements Codec {
  private static final String CONFIG = "inferenceConfig";

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request read = RequestReader.read(endpoint.operation(), body);
    Member messages = read.member("messages");
    if (messages == null || messages.isNull()) {
      throw new FailureException(
          new Failure.BadRequest("converse: Missing required parameter: 'messages'.", "messages"));
    }
    return read.withStream(endpoint.pathStream(), outputMax(read));
  }

  private static @Nullable Long outputMax(Request request) {
    JsonNode most = config(request).path("maxTokens");
    return most.isIntegralNumber() && most.canConvertToLong() && most.longValue() > 0
        ? (Long) most.longValue()
        : null;
  }

  private static JsonNode config(Request request) {
    Member config = request.member(CONFIG);
    if (config == null) {
      return JsonTree.object();
    }
    try {
      return JsonTree.read(
          Arrays.copyOfRange(request.body(), config.value().from(), config.value().to()));
    } catch (JacksonException badEscape) {
      return JsonTree.object();
    }
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    Deployment edited = deployment.withRules(deployment.rules().dropping("model", "stream"));
    if (outputCap != null) {
      ObjectNode config = config(request) instanceof ObjectNode own ? own : JsonTree.object();
      config.put("maxTokens", outputCap);
      edited = edited.withMember(CONFIG, new String(JsonTree.write(config), UTF_8));
    }
    return SignedIds.bare(RequestEdit.bodyFor(request, edited), deployment);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    return AwsMessage.ACCEPT;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    ConverseUsage count = new ConverseUsage();
    ConverseScan scan = new ConverseScan(count);
    RawText text = new RawText();
    try {
      scan.read(body, text);
    } catch (JacksonException notJson) {
      throw ConverseReader.unusable(deployment.provider(), "the reply is not JSON");
    }
    if (!scan.hasOutput()) {
      throw ConverseReader.unusable(deployment.provider(), "the reply has no 'output'");
    }
    Usage usage = count.usage();
    return new WholeReply(
        body, usage, null, WholeReply.counts(usage) ? text.sample() : TextSample.NONE);
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
    return AwsMessage.CONTENT_TYPE;
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new ConverseStream(deployment.provider());
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return json(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    String type = typeOf(failure.status());
    String name = Character.toLowerCase(type.charAt(0)) + type.substring(1);
    return AwsMessage.exception(name, json(failure)).write();
  }

  /** The name of the exception stands in the body, for clients that miss the header. */
  private static byte[] json(Failure failure) {
    return JsonTree.write(
        JsonTree.object()
            .put("__type", typeOf(failure.status()))
            .put("message", failure.message()));
  }

  private static String typeOf(int status) {
    return switch (status) {
      case 401, 403 -> "AccessDeniedException";
      case 404 -> "ResourceNotFoundException";
      case 408 -> "ModelTimeoutException";
      case 424 -> "ModelErrorException";
      case 429 -> "ThrottlingException";
      case 503 -> "ServiceUnavailableException";
      default -> status >= 500 ? "InternalServerException" : "ValidationException";
    };
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return BedrockRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }
}
