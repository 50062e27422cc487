package dev.tollgate.pipeline;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * LiteLLM's response headers (names and meaning after its release 1.106.2). Numbers are plain
 * decimals. Thread-safe.
 */
final class ReplyHeaders {
  /** The LiteLLM release whose behaviour clients can rely on. */
  static final String LITELLM_VERSION = "1.106.2";

  private static final String PREFIX = "llm_provider-";
  private static final int NAMES_MAX = 1_000;

  /** A provider's header that must not come back to a client, even under a prefix. */
  private static final Set<String> KEPT_BACK = Set.of("set-cookie", "proxy-authenticate");

  /** The provider's own rate limits, which clients read under these names. */
  private static final Set<String> COPIED =
      Set.of(
          "x-ratelimit-limit-requests",
          "x-ratelimit-limit-tokens",
          "x-ratelimit-remaining-requests",
          "x-ratelimit-remaining-tokens");

  private final Map<String, String> prefixed = new ConcurrentHashMap<>();

  /** Cost of one call in its parts. */
  record Costs(Money total, Money input, Money output, boolean known) {
    static final Costs NONE = new Costs(Money.ZERO, Money.ZERO, Money.ZERO, false);
  }

  void identity(MultiMap headers, Call call) {
    headers.set("x-litellm-call-id", call.id());
  }

  void version(MultiMap headers) {
    headers.set("x-litellm-version", LITELLM_VERSION);
  }

  /** A failed call of the Responses API also says which deployment failed; one of chat does not. */
  void failure(MultiMap headers, Call call, @Nullable Deployment deployment) {
    identity(headers, call);
    headers.set("x-litellm-response-cost", "0");
    if (call.endpoint().dialect() == Dialect.RESPONSES) {
      version(headers);
      if (deployment != null) {
        headers.set("x-litellm-model-id", deployment.id());
      }
    }
  }

  void success(
      MultiMap headers,
      Deployment deployment,
      String group,
      int retries,
      int fallbacks,
      Costs costs) {
    headers.set("x-litellm-model-id", deployment.id());
    headers.set("x-litellm-model-name", printable(deployment.litellmModel()));
    headers.set("x-litellm-model-api-base", deployment.apiBase());
    headers.set("x-litellm-model-group", printable(group));
    headers.set("x-litellm-attempted-retries", Integer.toString(retries));
    headers.set("x-litellm-attempted-fallbacks", Integer.toString(fallbacks));
    if (costs.known()) {
      headers.set("x-litellm-response-cost", costs.total().toString());
    }
    headers.set("x-litellm-response-cost-original", costs.total().toString());
    headers.set("x-litellm-response-cost-discount-amount", "0.0");
    headers.set("x-litellm-response-cost-margin-amount", "0.0");
    headers.set("x-litellm-response-cost-margin-percent", "0.0");
    headers.set("x-litellm-response-cost-input", costs.input().toString());
    headers.set("x-litellm-response-cost-output", costs.output().toString());
    headers.set("x-litellm-response-cost-tool-usage", "0.0");
  }

  void durations(MultiMap headers, long totalNanos, long upstreamNanos) {
    headers.set("x-litellm-response-duration-ms", millis(totalNanos));
    headers.set("x-litellm-overhead-duration-ms", millis(Math.max(0, totalNanos - upstreamNanos)));
    headers.set("x-litellm-callback-duration-ms", "0.0");
  }

  void key(MultiMap headers, Caller caller, Money spent) {
    headers.set("x-litellm-key-spend", spent.toString());
    for (Scope scope : caller.scopes()) {
      if (scope.kind() == Scope.Kind.KEY) {
        if (scope.budgetMax() != null) {
          headers.set("x-litellm-key-max-budget", scope.budgetMax().toString());
        }
        Long tokens = scope.rates().tokensPerMinute();
        if (tokens != null) {
          headers.set("x-litellm-key-tpm-limit", tokens.toString());
        }
        Long requests = scope.rates().requestsPerMinute();
        if (requests != null) {
          headers.set("x-litellm-key-rpm-limit", requests.toString());
        }
      }
    }
  }

  /** The provider's own headers under a prefix; its rate limits and request id also as they are. */
  void provider(MultiMap headers, @Nullable MultiMap provider) {
    if (provider == null) {
      return;
    }
    for (Map.Entry<String, String> header : provider) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (KEPT_BACK.contains(name)) {
        continue;
      }
      headers.set(prefixed(name), header.getValue());
      if (COPIED.contains(name)) {
        headers.set(name, header.getValue());
      } else if (name.equals("x-request-id") || name.equals("request-id")) {
        headers.set("llm_provider-request-id", header.getValue());
        headers.set("request-id", header.getValue());
      }
    }
  }

  private String prefixed(String name) {
    String known = prefixed.get(name);
    if (known != null) {
      return known;
    }
    String made = PREFIX + name;
    if (prefixed.size() < NAMES_MAX) {
      prefixed.put(name, made);
    }
    return made;
  }

  private static String millis(long nanos) {
    return Double.toString(nanos / 1_000_000.0);
  }

  /** A name from a client may hold what no header can. */
  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return text.replaceAll("[^ -~]", "?");
      }
    }
    return text;
  }
}
