package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LiteLLM's request headers that steer a call; the body's parameters of the same meaning win. */
final class ClientHints {
  private static final CharSequence NUM_RETRIES =
      HttpHeaders.createOptimized("x-litellm-num-retries");
  private static final CharSequence STREAM_TIMEOUT =
      HttpHeaders.createOptimized("x-litellm-stream-timeout");
  private static final CharSequence TIMEOUT = HttpHeaders.createOptimized("x-litellm-timeout");
  private static final CharSequence SESSION_ID =
      HttpHeaders.createOptimized("x-litellm-session-id");
  private static final CharSequence TRACE_ID = HttpHeaders.createOptimized("x-litellm-trace-id");
  private static final CharSequence TAGS = HttpHeaders.createOptimized("x-litellm-tags");

  private static final List<CharSequence> END_USER =
      List.of(
          HttpHeaders.createOptimized("x-litellm-end-user-id"),
          HttpHeaders.createOptimized("x-litellm-customer-id"));

  private static final int TAGS_MAX = 50;
  private static final double TIMEOUT_SECONDS_MAX = 86_400;

  private ClientHints() {}

  /**
   * The controls of the body, completed by the headers.
   *
   * @throws FailureException {@link Failure.BadRequest} naming a header that is no number
   */
  static Request.Controls merge(Request request, MultiMap headers) {
    Request.Controls body = request.controls();
    Integer retries = body.retries();
    if (retries == null) {
      Double header = number(headers, NUM_RETRIES, 100);
      retries = header == null ? null : header.intValue();
    }
    Double timeout = body.timeoutSeconds();
    if (timeout == null && request.stream()) {
      timeout = number(headers, STREAM_TIMEOUT, TIMEOUT_SECONDS_MAX);
    }
    if (timeout == null) {
      timeout = number(headers, TIMEOUT, TIMEOUT_SECONDS_MAX);
    }
    String session = body.sessionId();
    if (session == null) {
      session = headers.get(SESSION_ID);
    }
    String trace = body.traceId();
    if (trace == null) {
      trace = headers.get(TRACE_ID);
    }
    return new Request.Controls(
        retries,
        timeout,
        body.fallbacks(),
        body.fallbacksDisabled(),
        body.dropParams(),
        body.allowedParams(),
        tags(body.tags(), headers.get(TAGS)),
        session,
        trace,
        body.deployment());
  }

  /** The end user: a header's wins over the body's, as with LiteLLM. */
  static @Nullable String endUser(Request request, MultiMap headers) {
    for (CharSequence name : END_USER) {
      String value = headers.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return request.endUser();
  }

  private static List<String> tags(List<String> body, @Nullable String header) {
    if (header == null) {
      return body;
    }
    List<String> tags = new ArrayList<>(body);
    for (String tag : header.split(",", TAGS_MAX)) {
      if (!tag.isBlank() && tags.size() < TAGS_MAX) {
        tags.add(tag.strip());
      }
    }
    return tags;
  }

  private static @Nullable Double number(MultiMap headers, CharSequence name, double max) {
    String text = headers.get(name);
    if (text == null) {
      return null;
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below, with what was expected
    }
    throw new FailureException(
        new Failure.BadRequest(
            "Header " + name + ": expected a number from 0 to " + max + ".", name.toString()));
  }
}
