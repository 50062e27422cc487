package dev.tollgate.access;

import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Terms that most keys and tenants do not have, read from the JSON that they are kept in when
 * somebody calls. What is not of its form bounds nothing; the management API lets nothing such in.
 *
 * @param windows {@code budget_limits}
 * @param perModel {@code model_max_budget}, {@code model_rpm_limit}, {@code model_tpm_limit}
 * @param tokensPerDay {@code tpd_limit}
 * @param softBudget {@code soft_budget}
 * @param increase {@code temp_budget_increase}, which is on top of the budget until {@code
 *     increaseEnds}
 * @param account where the key's spend is counted, null for its own hash
 * @param formerHashes hashes of former secrets that are still good, until when
 * @param strict {@code budget_enforcement: strict} in the metadata
 * @param requestsPerTag {@code tag_rpm_limit}
 * @param budgetFallbacks {@code budget_fallbacks}
 * @param action {@code budget_action}, null where nothing is said
 * @param throttles {@code throttle_on_budget_exceeded} in a key's metadata
 * @param requestsDynamic {@code rpm_limit_type: dynamic} in a key's metadata
 * @param tokensDynamic {@code tpm_limit_type: dynamic} in a key's metadata
 * @param enforcedParams {@code enforced_params} in a key's metadata
 * @param tags {@code tags} in the metadata
 * @param serviceAccount whether a key's metadata has a {@code service_account_id}
 */
record FinePrint(
    List<Window> windows,
    Map<String, ModelTerms> perModel,
    @Nullable Long tokensPerDay,
    @Nullable Money softBudget,
    @Nullable Money increase,
    @Nullable Instant increaseEnds,
    @Nullable String organizationId,
    @Nullable String budgetId,
    @Nullable String endUserBudgetId,
    Map<String, String> modelAliases,
    @Nullable String account,
    Map<String, Instant> formerHashes,
    boolean strict,
    Map<String, Long> requestsPerTag,
    Map<String, List<String>> budgetFallbacks,
    @Nullable BudgetAction action,
    boolean throttles,
    boolean requestsDynamic,
    boolean tokensDynamic,
    List<String> enforcedParams,
    List<String> tags,
    boolean serviceAccount) {
  /** Where a key that got another secret keeps the hash that its spend is counted under. */
  static final String ACCOUNT = "tollgate_account";

  /** Hashes of former secrets that are good for a while, each with the end of its grace. */
  static final String FORMER_HASHES = "tollgate_former_hashes";

  private static final String DYNAMIC = "dynamic";

  /** More are not read: each is an account of its own for every call. */
  static final int WINDOWS_MAX = 4;

  /** Models that are looked at when the budget of one is spent. */
  private static final int FALLBACKS_MAX = 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final FinePrint NONE =
      new FinePrint(
          List.of(), Map.of(), null, null, null, null, null, null, null, Map.of(), null, Map.of(),
          false, Map.of(), Map.of(), null, false, false, false, List.of(), List.of(), false);

  /** A budget of its own for a duration. */
  record Window(String duration, Money max) {}

  /** What holds for one model. */
  record ModelTerms(
      @Nullable Money max,
      @Nullable String duration,
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute) {
    static final ModelTerms NONE = new ModelTerms(null, null, null, null);
  }

  static FinePrint of(String metadata, String extras) {
    if (metadata.length() <= 2 && extras.length() <= 2) {
      return NONE;
    }
    JsonNode meta = read(metadata);
    JsonNode more = read(extras);
    return new FinePrint(
        windows(more.path("budget_limits")),
        perModel(more, meta),
        number(more.path("tpd_limit")),
        money(more.path("soft_budget")),
        money(meta.path("temp_budget_increase")),
        moment(meta.path("temp_budget_expiry")),
        text(more.path("organization_id")),
        text(more.path("budget_id")),
        text(more.path("end_user_budget_id")),
        aliases(more.path("model_aliases")),
        text(more.path(ACCOUNT)),
        formerHashes(more.path(FORMER_HASHES)),
        "strict".equals(text(meta.path("budget_enforcement"))),
        counts(meta.path("tag_rpm_limit")),
        lists(more.path("budget_fallbacks")),
        action(text(more.path("budget_action"))),
        isTrue(meta.path("throttle_on_budget_exceeded")),
        DYNAMIC.equals(text(meta.path("rpm_limit_type"))),
        DYNAMIC.equals(text(meta.path("tpm_limit_type"))),
        texts(meta.path("enforced_params"), VirtualKey.ENFORCED_PARAMS_MAX),
        texts(meta.path("tags"), VirtualKey.TAGS_MAX),
        text(meta.path("service_account_id")) != null);
  }

  private static @Nullable BudgetAction action(@Nullable String word) {
    return word == null ? null : BudgetAction.of(word).orElse(null);
  }

  /** What happens when a key's own budget is spent. */
  @Nullable BudgetAction keyAction() {
    return action == null && throttles ? BudgetAction.THROTTLE : action;
  }

  /** The budget with what is on top of it at {@code now}. */
  @Nullable Money raised(@Nullable Money budget, Instant now) {
    return budget == null || increase == null || increaseEnds == null || !now.isBefore(increaseEnds)
        ? budget
        : budget.plus(increase);
  }

  private static JsonNode read(String document) {
    try {
      return JSON.readTree(document);
    } catch (JacksonException _) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private static List<Window> windows(JsonNode list) {
    List<Window> windows = new ArrayList<>();
    for (JsonNode entry : list) {
      String duration = text(entry.path("budget_duration"));
      Money max = money(entry.path("max_budget"));
      if (duration != null && max != null && windows.size() < WINDOWS_MAX) {
        windows.add(new Window(duration, max));
      }
    }
    return List.copyOf(windows);
  }

  private static Map<String, ModelTerms> perModel(JsonNode more, JsonNode meta) {
    Map<String, ModelTerms> terms = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : more.path("model_max_budget").properties()) {
      JsonNode value = entry.getValue();
      Money max = money(value.isNumber() ? value : either(value, "budget_limit", "max_budget"));
      String duration = text(either(value, "time_period", "budget_duration"));
      boolean windowed = duration != null && BudgetWindow.parse(duration).isPresent();
      terms.put(entry.getKey(), new ModelTerms(max, windowed ? duration : null, null, null));
    }
    for (Map.Entry<String, JsonNode> entry : meta.path("model_rpm_limit").properties()) {
      ModelTerms old = terms.getOrDefault(entry.getKey(), ModelTerms.NONE);
      terms.put(
          entry.getKey(),
          new ModelTerms(
              old.max(), old.duration(), number(entry.getValue()), old.tokensPerMinute()));
    }
    for (Map.Entry<String, JsonNode> entry : meta.path("model_tpm_limit").properties()) {
      ModelTerms old = terms.getOrDefault(entry.getKey(), ModelTerms.NONE);
      terms.put(
          entry.getKey(),
          new ModelTerms(
              old.max(), old.duration(), old.requestsPerMinute(), number(entry.getValue())));
    }
    return Map.copyOf(terms);
  }

  private static Map<String, Long> counts(JsonNode object) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      Long count = number(entry.getValue());
      if (count != null) {
        counts.put(entry.getKey(), count);
      }
    }
    return Map.copyOf(counts);
  }

  private static Map<String, List<String>> lists(JsonNode object) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      lists.put(entry.getKey(), texts(entry.getValue(), FALLBACKS_MAX));
    }
    return Map.copyOf(lists);
  }

  private static List<String> texts(JsonNode list, int most) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      if (each.isString() && texts.size() < most) {
        texts.add(each.stringValue());
      }
    }
    return List.copyOf(texts);
  }

  private static JsonNode either(JsonNode object, String one, String other) {
    JsonNode value = object.path(one);
    return value.isMissingNode() ? object.path(other) : value;
  }

  private static Map<String, String> aliases(JsonNode object) {
    Map<String, String> aliases = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String target = text(entry.getValue());
      if (target != null) {
        aliases.put(entry.getKey(), target);
      }
    }
    return Map.copyOf(aliases);
  }

  private static Map<String, Instant> formerHashes(JsonNode object) {
    Map<String, Instant> hashes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      Long millis = number(entry.getValue());
      if (millis != null) {
        hashes.put(entry.getKey(), Instant.ofEpochMilli(millis));
      }
    }
    return Map.copyOf(hashes);
  }

  private static @Nullable Long number(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
  }

  private static @Nullable Money money(JsonNode value) {
    if (!value.isNumber()) {
      return null;
    }
    try {
      return Money.ofDollars(value.decimalValue());
    } catch (ArithmeticException _) {
      return null;
    }
  }

  private static boolean isTrue(JsonNode value) {
    return value.isBoolean() && value.booleanValue();
  }

  private static @Nullable String text(JsonNode value) {
    return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
  }

  private static @Nullable Instant moment(JsonNode value) {
    String text = text(value);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      // LiteLLM writes it without a zone, too.
    }
    try {
      return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException _) {
      return null;
    }
  }
}
