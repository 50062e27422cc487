package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client's {@code extra_headers}: LiteLLM passes them on to the provider, all of them. Here
 * only harmless {@code x-} headers go on; whatever could carry or replace a credential, name
 * another host or speak for another client does not.
 */
final class ExtraHeaders {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int HEADERS_MAX = 20;
  private static final Pattern NAME = Pattern.compile("x-[a-z0-9-]{1,60}");
  private static final Pattern VALUE = Pattern.compile("[ -~]{0,1000}");

  /** A name with one of these in it is kept back. */
  private static final List<String> SENSITIVE =
      List.of(
          "key",
          "token",
          "auth",
          "secret",
          "cookie",
          "credential",
          "forward",
          "real",
          "client",
          "original",
          "rewrite",
          "override",
          "method",
          "host",
          "amz",
          "goog",
          "ms-",
          "litellm",
          "tollgate");

  private ExtraHeaders() {}

  /**
   * What goes on of a request's extra headers.
   *
   * @throws FailureException {@link Failure.BadRequest} if the member is not an object
   */
  static Map<String, String> of(Request request) {
    Request.Member member = request.member("extra_headers");
    if (member == null || member.isNull()) {
      return Map.of();
    }
    JsonNode given = parse(request, member.value());
    Map<String, String> harmless = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> header : given.properties()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      JsonNode value = header.getValue();
      if (harmless.size() < HEADERS_MAX
          && isHarmless(name)
          && value.isString()
          && VALUE.matcher(value.stringValue()).matches()) {
        harmless.put(name, value.stringValue());
      }
    }
    return harmless;
  }

  private static JsonNode parse(Request request, Request.Span span) {
    try {
      JsonNode given = JSON.readTree(request.body(), span.from(), span.to() - span.from());
      if (given.isObject()) {
        return given;
      }
    } catch (JacksonException _) {
      // said below, with what was expected
    }
    throw new FailureException(
        new Failure.BadRequest("extra_headers: expected an object of strings.", "extra_headers"));
  }

  static boolean isHarmless(String name) {
    return NAME.matcher(name).matches() && !isSensitive(name);
  }

  static boolean isSensitive(String name) {
    return SENSITIVE.stream().anyMatch(name::contains);
  }
}
