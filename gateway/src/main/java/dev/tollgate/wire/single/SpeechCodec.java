package dev.tollgate.wire.single;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.openai.ErrorBody;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.RequestReader;
import dev.tollgate.wire.sse.EventSink;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text in, sound out, handed on as it comes. Stateless and thread-safe. */
public final class SpeechCodec implements Codec {
  private static final String ANY_BYTES = "application/octet-stream";
  private static final Pattern SOUND =
      Pattern.compile("(audio/[a-zA-Z0-9.+-]{1,60}|text/event-stream)(;[ -~]{0,100})?");
  private static final byte[] NOTHING = {};

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return RequestReader.read(endpoint.operation(), body).asWhole();
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return RequestEdit.bodyFor(request, deployment);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    return Map.of("accept", "*/*");
  }

  @Override
  public boolean streams(Request request) {
    return true;
  }

  /** All but a document, which is an error under a good status. */
  @Override
  public boolean isStream(String contentType) {
    return !contentType.startsWith("application/json") && !contentType.startsWith("text/html");
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    throw new FailureException(
        Refusal.unusable(deployment.provider(), "the reply is no sound but a document"));
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new Framing() {
      @Override
      public void feed(byte[] chunk, int from, int to, EventSink sink) {
        if (from < to) {
          sink.event(chunk, from, to);
        }
      }

      @Override
      public void end(EventSink sink) {
        // what came was handed out
      }
    };
  }

  @Override
  public String streamType() {
    return ANY_BYTES;
  }

  @Override
  public String streamType(ReplyShape shape, String provided) {
    return SOUND.matcher(provided).matches() ? provided : ANY_BYTES;
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new SpeechStream(request);
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return ErrorBody.of(failure);
  }

  /** Sound has no place for words: it is cut off. */
  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return NOTHING;
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String provider = deployment.provider();
    return Refusal.of(
        provider, Refusal.familyOf(provider), status, Refusal.retryAfter(retryAfter, now), body);
  }
}
