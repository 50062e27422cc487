package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.openai.ErrorBody;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Google's Gemini API where client and provider both speak it. Stateless and thread-safe.
 *
 * <p>Errors have LiteLLM's form, and Google's word for the status beside it, which Google's own
 * clients read.
 */
public final class GeminiCodec implements Codec {
  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    return endpoint.operation() == Operation.GEMINI_COUNT
        ? GeminiCount.read(endpoint, body)
        : GeminiRequest.read(endpoint, body);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return request.operation() == Operation.GEMINI_COUNT
        ? GeminiCount.forProvider(request, deployment)
        : GeminiRequest.forProvider(request, deployment, outputCap);
  }

  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    if (request.operation() == Operation.GEMINI_COUNT) {
      return GeminiCount.check(deployment, body);
    }
    PieceScan scan = new PieceScan(deployment.provider());
    try {
      if (!scan.readAll(body)) {
        throw unusable(deployment, "the reply is not a JSON object");
      }
    } catch (JacksonException notJson) {
      throw unusable(deployment, "the reply is not JSON");
    }
    Failure failure = scan.failure();
    if (failure != null) {
      throw new FailureException(failure);
    }
    if (!scan.answered()) {
      throw unusable(deployment, "the reply has no 'candidates'");
    }
    Usage usage = scan.usage();
    return new WholeReply(
        body, usage, scan.id(), WholeReply.counts(usage) ? scan.outputText() : TextSample.NONE);
  }

  private static FailureException unusable(Deployment deployment, String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new PieceStream(deployment.provider(), request.choices(), PieceForm.of(shape));
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return googles(ErrorBody.of(failure), failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return googles(ErrorBody.eventOf(failure), failure);
  }

  @Override
  public String streamType(ReplyShape shape, String provided) {
    return shape.array() ? "application/json; charset=utf-8" : streamType();
  }

  @Override
  public byte[] writeFailureEvent(Failure failure, ReplyShape shape) {
    return shape.array()
        ? (",\r\n" + new String(writeFailure(failure), UTF_8) + "\r\n]").getBytes(UTF_8)
        : writeFailureEvent(failure);
  }

  /**
   * Google's clients take an error for one only if its code is a number: with LiteLLM's text they
   * lose the message, end in silence, or fall over it.
   */
  private static byte[] googles(byte[] body, Failure failure) {
    String text = new String(withStatus(body, failure), UTF_8);
    String code = ",\"code\":";
    int at = text.lastIndexOf(code + '"' + failure.status() + '"'); // no string has such quotes
    if (at < 0) {
      return text.getBytes(UTF_8);
    }
    int from = at + code.length();
    int to = text.indexOf('"', from + 1) + 1;
    return (text.substring(0, from) + failure.status() + text.substring(to)).getBytes(UTF_8);
  }

  /** Puts Google's word into an error object, which ends with two braces. */
  private static byte[] withStatus(byte[] body, Failure failure) {
    String text = new String(body, UTF_8);
    int end = text.stripTrailing().length() - 2;
    if (end < 0 || !text.startsWith("}}", end)) {
      return body;
    }
    String status = ",\"status\":\"" + statusOf(failure.status()) + "\"";
    return (text.substring(0, end) + status + text.substring(end)).getBytes(UTF_8);
  }

  private static String statusOf(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404, 405 -> "NOT_FOUND";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 409 -> "ABORTED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 499 -> "CANCELLED";
      case 502, 503 -> "UNAVAILABLE";
      default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
    };
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return GeminiRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }
}
