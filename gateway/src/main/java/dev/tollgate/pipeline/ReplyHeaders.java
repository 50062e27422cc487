package dev.tollgate.pipeline;

import dev.tollgate.ledger.Cost;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * LiteLLM's response headers (names and meaning after its release 1.106.2). Numbers are plain
 * decimals. Those that only this class writes, once an answer, are added: setting a header looks
 * for an older one first. Thread-safe.
 */
final class ReplyHeaders {
  // Encoded and hashed once.
  private static final CharSequence CALL_ID = HttpHeaders.createOptimized("x-litellm-call-id");
  private static final CharSequence VERSION = HttpHeaders.createOptimized("x-litellm-version");
  private static final CharSequence RESPONSE_COST =
      HttpHeaders.createOptimized("x-litellm-response-cost");
  private static final CharSequence MODEL_ID = HttpHeaders.createOptimized("x-litellm-model-id");
  private static final CharSequence MODEL_NAME =
      HttpHeaders.createOptimized("x-litellm-model-name");
  private static final CharSequence MODEL_API_BASE =
      HttpHeaders.createOptimized("x-litellm-model-api-base");
  private static final CharSequence MODEL_GROUP =
      HttpHeaders.createOptimized("x-litellm-model-group");
  private static final CharSequence ATTEMPTED_RETRIES =
      HttpHeaders.createOptimized("x-litellm-attempted-retries");
  private static final CharSequence ATTEMPTED_FALLBACKS =
      HttpHeaders.createOptimized("x-litellm-attempted-fallbacks");
  private static final CharSequence RESPONSE_COST_ORIGINAL =
      HttpHeaders.createOptimized("x-litellm-response-cost-original");
  private static final CharSequence RESPONSE_COST_DISCOUNT_AMOUNT =
      HttpHeaders.createOptimized("x-litellm-response-cost-discount-amount");
  private static final CharSequence RESPONSE_COST_MARGIN_AMOUNT =
      HttpHeaders.createOptimized("x-litellm-response-cost-margin-amount");
  private static final CharSequence RESPONSE_COST_MARGIN_PERCENT =
      HttpHeaders.createOptimized("x-litellm-response-cost-margin-percent");
  private static final CharSequence RESPONSE_COST_INPUT =
      HttpHeaders.createOptimized("x-litellm-response-cost-input");
  private static final CharSequence RESPONSE_COST_OUTPUT =
      HttpHeaders.createOptimized("x-litellm-response-cost-output");
  private static final CharSequence RESPONSE_COST_TOOL_USAGE =
      HttpHeaders.createOptimized("x-litellm-response-cost-tool-usage");
  private static final CharSequence RESPONSE_DURATION_MS =
      HttpHeaders.createOptimized("x-litellm-response-duration-ms");
  private static final CharSequence OVERHEAD_DURATION_MS =
      HttpHeaders.createOptimized("x-litellm-overhead-duration-ms");
  private static final CharSequence CALLBACK_DURATION_MS =
      HttpHeaders.createOptimized("x-litellm-callback-duration-ms");
  private static final CharSequence KEY_SPEND = HttpHeaders.createOptimized("x-litellm-key-spend");
  private static final CharSequence KEY_MAX_BUDGET =
      HttpHeaders.createOptimized("x-litellm-key-max-budget");
  private static final CharSequence KEY_TPM_LIMIT =
      HttpHeaders.createOptimized("x-litellm-key-tpm-limit");
  private static final CharSequence KEY_RPM_LIMIT =
      HttpHeaders.createOptimized("x-litellm-key-rpm-limit");
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("request-id");

  /** The LiteLLM release whose behaviour clients can rely on. */
  static final String LITELLM_VERSION = "1.106.2";

  private static final CharSequence ZERO = HttpHeaders.createOptimized("0.0");
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

  /** Anthropic's names for the same. */
  private static final Map<String, String> ANTHROPIC_LIMITS =
      Map.of(
          "anthropic-ratelimit-requests-limit", "x-ratelimit-limit-requests",
          "anthropic-ratelimit-requests-remaining", "x-ratelimit-remaining-requests",
          "anthropic-ratelimit-tokens-limit", "x-ratelimit-limit-tokens",
          "anthropic-ratelimit-tokens-remaining", "x-ratelimit-remaining-tokens");

  private final Map<String, CharSequence> prefixed = new ConcurrentHashMap<>();
  private final Map<String, CharSequence> optimized = new ConcurrentHashMap<>();

  /**
   * Cost of one call in its parts.
   *
   * @param marginPercent what is put on, as a share
   */
  record Costs(Cost.Bill bill, CharSequence marginPercent, boolean known) {
    static final Costs NONE = new Costs(Cost.Bill.NONE, ZERO, false);

    static Costs of(Cost.Bill bill, Deployment deployment, Operation operation) {
      Pricing pricing = deployment.pricing(operation);
      return pricing == null || pricing.markup().margin().signum() == 0
          ? new Costs(bill, ZERO, true)
          : new Costs(bill, pricing.markup().margin().toPlainString(), true);
    }
  }

  void identity(MultiMap headers, Call call) {
    headers.add(CALL_ID, call.id());
  }

  void version(MultiMap headers) {
    headers.add(VERSION, LITELLM_VERSION);
  }

  /** A failed call of the Responses API also says which deployment failed; one of chat does not. */
  void failure(MultiMap headers, Call call, @Nullable Deployment deployment) {
    identity(headers, call);
    headers.add(RESPONSE_COST, "0");
    if (call.endpoint().dialect() == Dialect.RESPONSES) {
      version(headers);
      if (deployment != null) {
        headers.add(MODEL_ID, deployment.id());
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
    headers.add(MODEL_ID, deployment.id());
    headers.add(MODEL_NAME, printable(deployment.litellmModel()));
    headers.add(MODEL_API_BASE, deployment.apiBase());
    headers.add(MODEL_GROUP, printable(group));
    headers.add(ATTEMPTED_RETRIES, Integer.toString(retries));
    headers.add(ATTEMPTED_FALLBACKS, Integer.toString(fallbacks));
    Cost.Bill bill = costs.bill();
    if (costs.known()) {
      headers.add(RESPONSE_COST, bill.total().toString());
    }
    headers.add(RESPONSE_COST_ORIGINAL, bill.original().toString());
    headers.add(RESPONSE_COST_DISCOUNT_AMOUNT, amount(bill.discount()));
    headers.add(RESPONSE_COST_MARGIN_AMOUNT, amount(bill.margin()));
    headers.add(RESPONSE_COST_MARGIN_PERCENT, costs.marginPercent());
    headers.add(RESPONSE_COST_INPUT, bill.input().toString());
    headers.add(RESPONSE_COST_OUTPUT, bill.output().toString());
    headers.add(RESPONSE_COST_TOOL_USAGE, amount(bill.tools()));
  }

  private static CharSequence amount(Money money) {
    return money.nanos() == 0 ? ZERO : money.toString();
  }

  void durations(MultiMap headers, long totalNanos, long upstreamNanos) {
    headers.add(RESPONSE_DURATION_MS, millis(totalNanos));
    headers.add(OVERHEAD_DURATION_MS, millis(Math.max(0, totalNanos - upstreamNanos)));
    headers.add(CALLBACK_DURATION_MS, ZERO);
  }

  void key(MultiMap headers, Caller caller, Money spent) {
    headers.add(KEY_SPEND, spent.toString());
    for (Scope scope : caller.scopes()) {
      if (scope.kind() == Scope.Kind.KEY) {
        if (scope.budgetMax() != null) {
          headers.add(KEY_MAX_BUDGET, scope.budgetMax().toString());
        }
        Long tokens = scope.rates().tokensPerMinute();
        if (tokens != null) {
          headers.add(KEY_TPM_LIMIT, tokens.toString());
        }
        Long requests = scope.rates().requestsPerMinute();
        if (requests != null) {
          headers.add(KEY_RPM_LIMIT, requests.toString());
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
      String limit = ANTHROPIC_LIMITS.get(name);
      if (limit != null) {
        headers.set(limit, header.getValue());
        headers.set(prefixed(limit), header.getValue());
      } else if (COPIED.contains(name)) {
        headers.set(name, header.getValue());
      } else if (name.equals("x-request-id") || name.equals("request-id")) {
        headers.set("llm_provider-request-id", header.getValue());
        headers.set(REQUEST_ID, header.getValue());
      }
    }
  }

  /** A name that is written often: encoded and hashed once. */
  CharSequence optimized(String name) {
    return known(optimized, name, "");
  }

  private CharSequence prefixed(String name) {
    return known(prefixed, name, PREFIX);
  }

  private static CharSequence known(Map<String, CharSequence> names, String name, String prefix) {
    CharSequence known = names.get(name);
    if (known != null) {
      return known;
    }
    CharSequence made = HttpHeaders.createOptimized(prefix + name);
    if (names.size() < NAMES_MAX) {
      names.put(name, made);
    }
    return made;
  }

  private static String millis(long nanos) {
    long micros = nanos / 1000;
    String rest = Long.toString(1000 + micros % 1000); // its first digit gives way to the point
    return micros / 1000 + "." + rest.substring(1);
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
