package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Google's refusals, in the words that LiteLLM has for them. */
final class GeminiRefusal {
  private static final int BODY_TEXT_MAX = 8192;
  private static final long RETRY_SECONDS_MAX = Duration.ofDays(1).toSeconds();

  private GeminiRefusal() {}

  /** The failure that an error answer stands for. */
  static Failure of(
      String provider, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String raw = new String(body, 0, Math.min(body.length, BODY_TEXT_MAX), UTF_8);
    JsonNode error = error(body);
    Duration wait = Refusal.retryAfter(retryAfter, now);
    return of(provider, status, wait == null ? delay(error) : wait, error, raw);
  }

  /** LiteLLM calls Google's rate limit by another type when a stream was asked for. */
  static Failure ofStream(Failure failure) {
    return failure instanceof Failure.UpstreamRefused refused && refused.status() == 429
        ? new Failure.UpstreamRefused(
            refused.message(),
            refused.status(),
            refused.kind(),
            refused.provider(),
            "rate_limit_error",
            refused.providerParam(),
            refused.providerCode(),
            refused.retryAfter())
        : failure;
  }

  /** The failure that an error within a stream stands for. */
  static Failure ofEvent(String provider, JsonNode error) {
    int status = Nodes.small(error, "code", 0);
    if (status < 400 || status > 599) {
      status = 500;
    }
    String raw = new String(JsonTree.write(Nodes.object().set("error", error)), UTF_8);
    String text = raw.length() <= BODY_TEXT_MAX ? raw : raw.substring(0, BODY_TEXT_MAX);
    return of(provider, status, delay(error), error, text);
  }

  private static Failure of(
      String provider, int status, @Nullable Duration wait, @Nullable JsonNode error, String raw) {
    String exception =
        provider.substring(0, 1).toUpperCase(Locale.ROOT) + provider.substring(1) + "Exception";
    String code = error == null ? null : Nodes.text(error, "status");
    String lower = raw.toLowerCase(Locale.ROOT);
    Kind kind = kindOf(status, lower);
    // Google calls a wrong key an invalid argument
    int shown = status == 400 && lower.contains("api key not valid") ? 401 : status;
    return new Failure.UpstreamRefused(
        switch (kind) {
          case CONTEXT_WINDOW ->
              "litellm.ContextWindowExceededError: litellm.BadRequestError:"
                  + " ContextWindowExceededError: "
                  + exception
                  + " - "
                  + raw;
          case CONTENT_POLICY ->
              "litellm.ContentPolicyViolationError: litellm.BadRequestError:"
                  + " ContentPolicyViolationError: "
                  + exception
                  + " - "
                  + raw;
          case GENERAL -> wording(exception, shown, raw);
        },
        shown,
        kind,
        provider,
        null,
        null,
        code,
        wait);
  }

  private static String wording(String exception, int status, String raw) {
    return switch (status) {
      case 400, 403, 422 -> "litellm.BadRequestError: " + exception + " BadRequestError - " + raw;
      case 401 -> "litellm.AuthenticationError: " + exception + " - " + raw;
      case 404 -> "litellm.NotFoundError: " + exception + " - " + raw;
      case 408, 504 -> "litellm.Timeout: " + exception + " - " + raw;
      case 429 -> "litellm.RateLimitError: litellm.RateLimitError: " + exception + " - " + raw;
      case 500 -> "litellm.InternalServerError: " + exception + " InternalServerError - " + raw;
      case 502 -> "litellm.BadGatewayError: " + exception + " - " + raw;
      case 503 -> "litellm.ServiceUnavailableError: " + exception + " - " + raw;
      default -> "litellm.APIError: " + exception + " - " + raw;
    };
  }

  private static Kind kindOf(int status, String text) {
    if (status != 400 && status != 413) {
      return Kind.GENERAL;
    }
    if (text.contains("exceeds the maximum number of tokens")
        || text.contains("request payload size exceeds")
        || text.contains("input token count")) {
      return Kind.CONTEXT_WINDOW;
    }
    return text.contains("the response was blocked")
            || text.contains("output blocked by content filtering policy")
        ? Kind.CONTENT_POLICY
        : Kind.GENERAL;
  }

  /** The {@code error} of a body, which may be an array of one; null if there is none. */
  static @Nullable JsonNode error(byte[] body) {
    try {
      JsonNode tree = JsonTree.read(body);
      JsonNode first = tree.isArray() && !tree.isEmpty() ? tree.get(0) : tree;
      JsonNode error = first.get("error");
      return error != null && error.isObject() ? error : null;
    } catch (JacksonException notJson) {
      return null;
    }
  }

  /** {@code retryDelay} of the details: {@code "17s"}. */
  private static @Nullable Duration delay(@Nullable JsonNode error) {
    if (error == null) {
      return null;
    }
    for (JsonNode detail : Nodes.items(error, "details")) {
      String delay = Nodes.text(detail, "retryDelay");
      if (delay != null && delay.matches("[0-9]{1,9}(\\.[0-9]{1,9})?s")) {
        String whole = delay.substring(0, delay.length() - 1);
        int dot = whole.indexOf('.');
        long seconds = Long.parseLong(dot < 0 ? whole : whole.substring(0, dot));
        long waited = dot < 0 ? seconds : seconds + 1;
        return Duration.ofSeconds(Math.min(waited, RETRY_SECONDS_MAX));
      }
    }
    return null;
  }
}
