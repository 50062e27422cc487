package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.wire.ProviderRefusal;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bedrock's exceptions, as answers and within streams, as failures. */
final class BedrockRefusal {
  private static final String EXCEPTION = "BedrockException";

  private BedrockRefusal() {}

  /** An error answer; parameters as in {@link dev.tollgate.wire.Codec#readFailure}. */
  static Failure of(
      String provider, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String text = ProviderRefusal.textOf(body);
    // As with LiteLLM: an error of theirs is one to come back from.
    int shown = status == 500 ? 503 : status;
    return ProviderRefusal.of(
        provider,
        EXCEPTION,
        shown,
        kindOf(status, text),
        text,
        null,
        Refusal.retryAfter(retryAfter, now));
  }

  /** An exception or error in a stream. */
  static Failure ofMessage(String provider, AwsMessage message) {
    String type = message.header(":exception-type");
    if (type.isEmpty()) {
      type = message.header(":error-code");
    }
    String said = ProviderRefusal.textOf(message.payload());
    String text = type + " " + (said.isEmpty() ? message.header(":error-message") : said);
    int status = statusOf(type);
    return ProviderRefusal.of(provider, EXCEPTION, status, kindOf(status, text), text, type, null);
  }

  private static int statusOf(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "validationexception" -> 400;
      case "accessdeniedexception" -> 403;
      case "resourcenotfoundexception" -> 404;
      case "modeltimeoutexception" -> 408;
      case "modelerrorexception", "modelstreamerrorexception" -> 424;
      case "throttlingexception", "modelnotreadyexception" -> 429;
      case "serviceunavailableexception" -> 503;
      default -> 500;
    };
  }

  private static Kind kindOf(int status, String said) {
    if (status != 400 && status != 413) {
      return Kind.GENERAL;
    }
    String text = said.toLowerCase(Locale.ROOT);
    if (text.contains("input is too long")
        || text.contains("too many input tokens")
        || text.contains("too many total text bytes")
        || text.contains("prompt is too long")
        || text.contains("expected maxlength")
        || text.contains("exceed context limit")
        || text.contains("context window")
        || text.contains("maximum context length")) {
      return Kind.CONTEXT_WINDOW;
    }
    return text.contains("content filtering policy") ? Kind.CONTENT_POLICY : Kind.GENERAL;
  }
}
