package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A client of one dialect, answered by a provider of another. Belongs to one attempt of one call.
 */
final class Bridge implements Codec {
  /** What providers call the cap on output. */
  private static final Set<String> CAPS =
      Set.of(
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "maxOutputTokens",
          "maxTokens",
          "num_predict");

  private final Codec own;
  private final Dialect served;
  private final ClientSide client;
  private final ProviderSide provider;

  /**
   * What was asked; once it is on its way without the messages, which would stay for as long as the
   * call.
   */
  private @Nullable Chat chat;

  private boolean streams;

  /**
   * @param own the codec of the client's dialect
   * @param served the provider's dialect
   */
  Bridge(Codec own, ClientSide client, ProviderSide provider, Dialect served) {
    this.own = own;
    this.served = served;
    this.client = client;
    this.provider = provider;
  }

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return own.readRequest(endpoint, body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    streams = request.stream();
    Texts texts = new Texts();
    Chat asked = read(request, deployment, texts);
    if (outputCap != null) {
      asked = asked.withMaxTokens(outputCap);
    }
    asked = withOneCap(asked, deployment);
    chat = asked;
    return provider.writeChat(asked, request, deployment, texts);
  }

  /**
   * Beside the cap that was held for, no other that the provider could obey instead; but what the
   * operator adds.
   */
  private static Chat withOneCap(Chat asked, Deployment deployment) {
    if (asked.sampling().maxTokens() == null
        || Collections.disjoint(asked.extras().keySet(), CAPS)) {
      return asked;
    }
    Map<String, JsonNode> extras = new LinkedHashMap<>(asked.extras());
    extras
        .keySet()
        .removeIf(name -> CAPS.contains(name) && !deployment.rules().extraBody().containsKey(name));
    return asked.withExtras(extras);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> clientHeaders) {
    Chat asked = asked(request, deployment);
    chat = asked.withMessages(List.of()); // what reads the answer asks for tools and formats
    return provider.headersFor(asked, deployment, clientHeaders);
  }

  private Chat asked(Request request, Deployment deployment) {
    Chat known = chat;
    return known == null ? read(request, deployment, new Texts()) : known;
  }

  private Chat read(Request request, Deployment deployment, Texts texts) {
    Chat asked;
    try {
      asked = client.readChat(request, deployment, texts);
    } catch (JacksonException malformed) {
      throw malformed();
    }
    Chat read = Proof.keep(SignedIds.read(asked), served);
    return ChatRules.apply(read, request, deployment, provider.lacks(deployment));
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    Chat asked = asked(request, deployment);
    Reply read;
    try {
      read = provider.readReply(asked, deployment, body);
    } catch (JacksonException malformed) {
      throw new FailureException(Refusal.unusable(deployment.provider(), "the reply is not JSON"));
    }
    Reply reply = signsCalls(request) ? read : SignedIds.sign(read);
    Usage usage = reply.usage();
    return new WholeReply(
        client.writeReply(request, reply, shape.orModel(deployment.model())),
        usage,
        reply.id(),
        WholeReply.counts(usage) ? OutputText.of(reply) : TextSample.NONE);
  }

  /** A scan passes over strings that a reader then finds malformed. */
  static FailureException malformed() {
    return new FailureException(
        new Failure.BadRequest("Invalid JSON payload: a string is malformed", "request_body"));
  }

  /** Whether the client's calls have a place for a signature. */
  static boolean signsCalls(Request request) {
    return request.dialect() == Dialect.GEMINI;
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return provider.framing(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return provider.isStream(contentType);
  }

  @Override
  public String streamType() {
    return own.streamType();
  }

  @Override
  public String streamType(ReplyShape shape, String provided) {
    return own.streamType(shape, provided);
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new BridgeStream(
        request,
        deployment,
        provider.events(asked(request, deployment), deployment),
        client.events(request, shape.orModel(deployment.model())));
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
  public byte[] writeFailureEvent(Failure failure, ReplyShape shape) {
    return own.writeFailureEvent(failure, shape);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    Failure failure = provider.readFailure(deployment, status, retryAfter, now, body);
    return streams ? provider.ofStream(failure) : failure;
  }
}
