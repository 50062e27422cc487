package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Providers' refusals in the words that LiteLLM has for them.
 *
 * <p>Three families differ. Where LiteLLM calls through OpenAI's SDK, the message is the provider's
 * own, and type and param of a bad request are passed on; where it calls by itself, the message is
 * the body as it came; Azure has a form of its own.
 */
public final class Refusal {
  /** Who words the message. */
  public enum Family {
    SDK,
    DIRECT,
    AZURE
  }

  /** Providers that LiteLLM calls without OpenAI's SDK. */
  private static final Set<String> CALLED_DIRECTLY =
      Set.of(
          "azure_ai",
          "cohere",
          "cohere_chat",
          "deepseek",
          "fireworks_ai",
          "groq",
          "hosted_vllm",
          "mistral",
          "ollama",
          "ollama_chat",
          "openrouter",
          "together_ai",
          "xai");

  private static final int BODY_TEXT_MAX = 8192;
  private static final long RETRY_AFTER_SECONDS_MAX = Duration.ofDays(1).toSeconds();

  private Refusal() {}

  /** The family of a provider's chat completions. */
  public static Family familyOf(String provider) {
    if (provider.equals("azure")) {
      return Family.AZURE;
    }
    return CALLED_DIRECTLY.contains(provider) ? Family.DIRECT : Family.SDK;
  }

  /** The failure that a provider's error answer stands for. */
  public static Failure of(
      String provider, Family family, int status, @Nullable Duration retryAfter, byte[] body) {
    ProviderError error = ProviderError.ofBody(body);
    String raw = new String(body, 0, Math.min(body.length, BODY_TEXT_MAX), UTF_8);
    String own = error.message() == null ? raw : error.message();
    String message = family == Family.DIRECT ? raw : own;
    return of(provider, family, status, retryAfter, error, message, raw);
  }

  /** The failure that an error event of a stream stands for. */
  public static Failure ofEvent(String provider, ProviderError error) {
    String message = error.message() == null ? "unknown error" : error.message();
    int status = statusOf(error.code());
    if (status > 0) {
      return of(provider, familyOf(provider), status, null, error, message, message);
    }
    return broken("APIConnectionError", provider, message);
  }

  /** A reply that is none of the dialect. */
  public static Failure unusable(String provider, String why) {
    return broken("InternalServerError", provider, why);
  }

  private static Failure broken(String error, String provider, String why) {
    return new Failure.UpstreamBroken(
        "litellm." + error + ": " + error + ": " + exceptionOf(provider) + " - " + why, provider);
  }

  private static Failure of(
      String provider,
      Family family,
      int status,
      @Nullable Duration retryAfter,
      ProviderError error,
      String message,
      String raw) {
    Kind kind = kindOf(status, error, raw);
    boolean missing = status == 404 && "model_not_found".equals(error.code());
    // LiteLLM takes whatever calls itself an invalid request for a bad one, a 401 included.
    boolean badRequest =
        status == 400
            || status == 422
            || (family != Family.AZURE
                && status < 500
                && status != 429
                && !missing
                && raw.contains("invalid_request_error")
                && !raw.contains("Incorrect API key provided"));
    boolean passedOn = badRequest && kind == Kind.GENERAL && family != Family.DIRECT;
    return new UpstreamRefused(
        wording(
            provider,
            family,
            kind,
            badRequest ? "BadRequestError" : errorOf(status),
            badRequest || missing,
            message),
        status,
        kind,
        provider,
        passedOn ? error.type() : null,
        passedOn ? error.param() : null,
        error.code(),
        retryAfter);
  }

  /**
   * What LiteLLM says.
   *
   * @param once whether it names the error once: as a rule it does so twice
   */
  private static String wording(
      String provider, Family family, Kind kind, String error, boolean once, String message) {
    String exception = exceptionOf(provider);
    if (family == Family.AZURE) {
      return switch (kind) {
        case CONTENT_POLICY ->
            "litellm.BadRequestError: litellm.ContentPolicyViolationError: " + message;
        case CONTEXT_WINDOW ->
            "litellm.ContextWindowExceededError: litellm.BadRequestError: AzureException"
                + " ContextWindowExceededError - "
                + message;
        case GENERAL -> "litellm." + error + ": AzureException " + error + " - " + message;
      };
    }
    return switch (kind) {
      case CONTENT_POLICY ->
          "litellm.BadRequestError: litellm.ContentPolicyViolationError:"
              + " ContentPolicyViolationError: "
              + exception
              + " - "
              + message;
      case CONTEXT_WINDOW ->
          "litellm.ContextWindowExceededError: litellm.BadRequestError:"
              + " ContextWindowExceededError: "
              + exception
              + " - "
              + message;
      case GENERAL -> {
        if (once) {
          yield "litellm." + error + ": " + exception + " - " + message;
        }
        if (error.equals("Timeout")) {
          yield "litellm.Timeout: Timeout Error: "
              + exception
              + " - "
              + message
              + "\n\nDeployment Info: request_timeout: None\ntimeout: None";
        }
        yield "litellm." + error + ": " + error + ": " + exception + " - " + message;
      }
    };
  }

  private static String errorOf(int status) {
    return switch (status) {
      case 401 -> "AuthenticationError";
      case 404 -> "NotFoundError";
      case 408, 504 -> "Timeout";
      case 429 -> "RateLimitError";
      case 500 -> "InternalServerError";
      case 502 -> "BadGatewayError";
      case 503 -> "ServiceUnavailableError";
      default -> "APIError";
    };
  }

  private static Kind kindOf(int status, ProviderError error, String raw) {
    if (status < 400 || status >= 500 || status == 429) {
      return Kind.GENERAL;
    }
    String code = error.code() == null ? "" : error.code();
    String text = raw.toLowerCase(Locale.ROOT);
    if (code.equals("context_length_exceeded")
        || text.contains("maximum context length")
        || text.contains("model's maximum context limit")
        || text.contains("string too long. expected a string with maximum length")
        || text.contains("exceeds the context length")
        || text.contains("too many tokens")
        || text.contains("context window")) {
      return Kind.CONTEXT_WINDOW;
    }
    if (code.equals("content_policy_violation")
        || code.equals("content_filter")
        || text.contains("content management policy")
        || text.contains("safety system")) {
      return Kind.CONTENT_POLICY;
    }
    return Kind.GENERAL;
  }

  /** {@code OpenAIException}, {@code Together_aiException}. */
  private static String exceptionOf(String provider) {
    return switch (provider) {
      case "openai", "text-completion-openai" -> "OpenAIException";
      case "" -> "Exception";
      default ->
          provider.substring(0, 1).toUpperCase(Locale.ROOT) + provider.substring(1) + "Exception";
    };
  }

  private static int statusOf(@Nullable String code) {
    if (code == null || code.length() != 3) {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      char digit = code.charAt(i);
      if (digit < '0' || digit > '9') {
        return 0;
      }
      status = status * 10 + digit - '0';
    }
    return status >= 400 && status <= 599 ? status : 0;
  }

  /**
   * The wait that a {@code retry-after} header asks for, at most a day; null if it is absent, past
   * or neither seconds nor a date.
   */
  public static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
    if (value == null || value.isEmpty() || value.length() > 64) {
      return null;
    }
    Duration wait;
    if (Character.isDigit(value.charAt(0))) {
      int end = value.indexOf('.') < 0 ? value.length() : value.indexOf('.');
      if (end > 9) {
        return Duration.ofSeconds(RETRY_AFTER_SECONDS_MAX);
      }
      try {
        wait = Duration.ofSeconds(Long.parseLong(value.substring(0, end)));
      } catch (NumberFormatException notSeconds) {
        return null;
      }
    } else {
      try {
        Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        wait = Duration.between(now, at);
      } catch (DateTimeException notDate) {
        return null;
      }
    }
    if (wait.isNegative()) {
      return null;
    }
    return wait.toSeconds() > RETRY_AFTER_SECONDS_MAX
        ? Duration.ofSeconds(RETRY_AFTER_SECONDS_MAX)
        : wait;
  }
}
