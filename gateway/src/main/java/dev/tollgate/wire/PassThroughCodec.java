package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Controls;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Route;
import dev.tollgate.model.Signing;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.form.PassedForm;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider's own API: bytes go through, both ways, while the codec of the operation that it is
 * reads what money and access need. Only the model's name is put in, and usage asked for where a
 * stream would tell given. Stateless and thread-safe.
 */
final class PassThroughCodec implements Codec {
  private static final byte[] NOTHING = {};
  private static final int ERROR_CHARS_MAX = 64 << 10;
  private static final Pattern TYPE = Pattern.compile("[a-zA-Z0-9]+/[ -~]{1,200}");

  /** Client headers that are part of providers' APIs; none of them names a host or an account. */
  private static final List<String> FORWARDED =
      List.of(
          "accept",
          "user-agent",
          "idempotency-key",
          "anthropic-version",
          "anthropic-beta",
          "openai-beta",
          "x-client-name",
          "x-goog-api-client",
          "x-goog-upload-protocol",
          "x-goog-upload-command",
          "x-goog-upload-offset",
          "x-goog-upload-header-content-length",
          "x-goog-upload-header-content-type",
          "x-amzn-bedrock-accept",
          "x-amzn-bedrock-content-type",
          "x-amzn-bedrock-trace",
          "x-amzn-bedrock-guardrailidentifier",
          "x-amzn-bedrock-guardrailversion",
          "x-amzn-bedrock-performanceconfig-latency");

  /** LiteLLM sends none; which version of its events a client speaks, OpenAI has to be told. */
  private static final List<String> FORWARDED_OF_SOCKETS = List.of("openai-beta");

  /** LiteLLM's clients put this before a header that is meant for the provider. */
  private static final String MARKED = "x-pass-";

  private static final Pattern VALUE = Pattern.compile("[ -~]{0,2000}");

  private final PassThrough call;
  private final Codec inner;
  private final Operation asked;

  /**
   * @param inner the codec of the operation that the call is, or of the provider's dialect where
   *     that is not known
   */
  PassThroughCodec(PassThrough call, Codec inner) {
    this.call = call;
    this.asked = call.asked();
    this.inner = inner;
  }

  private boolean isKnown() {
    return asked.family() != Operation.Family.PASS_THROUGH;
  }

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request request = scanned(endpoint, body);
    return request.withControls(ours(request.controls()));
  }

  private Request scanned(Endpoint endpoint, byte[] body) {
    if (!isKnown()) {
      boolean read = asked == Operation.PASS_THROUGH && body.length > 0;
      if (read && call.form()) {
        return checked(PassedForm.read(body));
      }
      return read && isObject(body)
          ? checked(RequestReader.read(asked, body)).asWhole()
          : opaque(asked, body);
    }
    Request request = checked(inner.readRequest(endpoint.asking(asked), body));
    if (asked == Operation.INVOKE) {
      return request.withStream(endpoint.pathStream(), request.outputTokensMax());
    }
    return isInBackground(request) ? request.asking(Operation.PASS_THROUGH) : request;
  }

  /** What is made in the background is not paid for by its first reply. */
  private static boolean isInBackground(Request request) {
    Member background = request.member("background");
    return background != null
        && !background.isNull()
        && request.body()[background.value().from()] != 'f';
  }

  /** Some servers know a member by its name in any case: which model is meant has to be clear. */
  private static Request checked(Request request) {
    for (Member member : request.members()) {
      if (member.name().equalsIgnoreCase("model") && !member.name().equals("model")) {
        throw new FailureException(
            new Failure.BadRequest("Unknown parameter: write 'model'.", "model"));
      }
    }
    return request;
  }

  private static boolean isObject(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '{';
      }
    }
    return false;
  }

  private static Request opaque(Operation operation, byte[] body) {
    return new Request(
        operation,
        body,
        List.of(),
        null,
        false,
        false,
        null,
        1,
        null,
        Controls.NONE,
        List.of(),
        true,
        List.of(),
        null);
  }

  /** No other deployment speaks for this one, and what was done must not be done twice. */
  private static Controls ours(Controls given) {
    return new Controls(
        0,
        given.timeoutSeconds(),
        null,
        true,
        given.dropParams(),
        given.allowedParams(),
        given.tags(),
        given.sessionId(),
        given.traceId(),
        null);
  }

  /** A signature covers the whole body: then it stays in memory. */
  @Override
  public boolean hasFiles() {
    return call.form() && !isKnown() && !call.mount().equals(Mount.BEDROCK.path());
  }

  /** Whether a request is a form that was read. */
  private boolean isForm(Request request) {
    return call.form() && !request.members().isEmpty();
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    if (outputCap != null && isKnown()) {
      return inner.requestFor(request, plain(deployment), outputCap);
    }
    if (request.members().isEmpty()) {
      return request.body();
    }
    return isForm(request)
        ? PassedForm.bodyFor(request, deployment)
        : RequestEdit.passedOn(request, deployment);
  }

  @Override
  public Route routeFor(Request request, Deployment deployment, Route route) {
    return route.to(call, deployment.model());
  }

  /** Edits of bodies are for those that the gateway writes. */
  private static Deployment plain(Deployment deployment) {
    return deployment.withRules(BodyRules.NONE);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> sent) {
    Function<String, @Nullable String> client =
        name -> {
          String plain = sent.apply(name);
          return plain == null ? sent.apply(MARKED + name) : plain;
        };
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : call.isSocket() ? FORWARDED_OF_SOCKETS : FORWARDED) {
      String value = client.apply(name);
      if (value != null
          && VALUE.matcher(value).matches()
          && !deployment.headers().containsKey(name)) {
        headers.put(name, value);
      }
    }
    if (call.isSocket()) {
      return headers;
    }
    // Not what is marked: whether it is a form was seen by the plain header.
    String type = sent.apply("content-type");
    if (isForm(request)) {
      type = PassedForm.type(request, type);
    }
    Signing signing = deployment.signing();
    boolean signed = signing != null && signing.coversBody(); // and a type of its own
    if (!isKnown() && !signed && type != null && TYPE.matcher(type).matches()) {
      headers.put("content-type", type);
    }
    if (isKnown()) {
      headers.putAll(inner.headersFor(request, deployment, client));
    }
    return headers;
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    if (!isKnown() || request.operation() == Operation.PASS_THROUGH) {
      return new WholeReply(body, Usage.NONE, null, TextSample.NONE);
    }
    try {
      WholeReply read = inner.readReply(request, plain(deployment), shape.ofProvider(), body);
      return new WholeReply(body, read.usage(), read.id(), read.outputText());
    } catch (FailureException unknown) {
      // no reply that we know, but it is the client's: what it was asked for is counted
      return new WholeReply(body, null, null, TextSample.NONE);
    }
  }

  @Override
  public int replyStatus(int provided) {
    return provided;
  }

  @Override
  public String replyType(String provided) {
    return TYPE.matcher(provided).matches() ? provided : "application/octet-stream";
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return isKnown() ? inner.framing(eventBytesMax) : new RawStream();
  }

  @Override
  public boolean isStream(String contentType) {
    return isKnown() ? inner.isStream(contentType) : !contentType.startsWith("application/json");
  }

  @Override
  public boolean streams(Request request) {
    return !isKnown() || inner.streams(request);
  }

  @Override
  public String streamType() {
    return inner.streamType();
  }

  @Override
  public String streamType(ReplyShape shape, String provided) {
    return replyType(provided);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    if (!isKnown()) {
      return new RawStream();
    }
    StreamEdit read = inner.stream(request, plain(deployment), shape.ofProvider());
    return new WatchedStream(read, request.usageWanted());
  }

  /** A provider's own document goes to its client as it came. */
  @Override
  public byte[] writeFailure(Failure failure) {
    return failure instanceof UpstreamRefused refused && isObject(refused.message().getBytes(UTF_8))
        ? refused.message().getBytes(UTF_8)
        : inner.writeFailure(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return isKnown() ? inner.writeFailureEvent(failure) : NOTHING;
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    Failure failure = inner.readFailure(deployment, status, retryAfter, now, body);
    boolean document = isObject(body) && body.length <= ERROR_CHARS_MAX;
    return document && failure instanceof UpstreamRefused refused
        ? new UpstreamRefused(
            new String(body, UTF_8),
            status,
            refused.kind(),
            refused.provider(),
            refused.providerType(),
            refused.providerParam(),
            refused.providerCode(),
            refused.retryAfter())
        : failure;
  }
}
