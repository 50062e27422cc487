package dev.tollgate.admin;

import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.model.BudgetWindow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns a request into a key's terms: what it sends changes, what it leaves out stays. */
final class KeyTermsReader {
  private static final int OBJECT_BYTES_MAX = 64 * 1024;

  /** What LiteLLM's kinds of keys may call. */
  private static final Map<String, List<String>> ROUTES_OF_TYPE =
      Map.of(
          "llm_api", List.of("llm_api_routes"),
          "management", List.of("management_routes"),
          "read_only", List.of("info_routes"));

  private final KeyForm form;
  private final Instant now;
  private final ZoneId zone;

  KeyTermsReader(KeyForm form, Instant now, ZoneId zone) {
    this.form = form;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
    this.zone = zone;
  }

  Terms applied(Terms old) {
    String type = form.has("key_type") ? form.text("key_type") : old.keyType();
    String budgetDuration = form.has("budget_duration") ? budgetDuration() : old.budgetDuration();
    ObjectNode metadata = metadata(old);
    return new Terms(
        form.has("key_alias") ? form.text("key_alias") : old.alias(),
        form.has("user_id") ? form.text("user_id") : old.userId(),
        form.has("team_id") ? form.text("team_id") : old.teamId(),
        form.has("models") ? form.texts("models") : old.models(),
        form.has("aliases") ? form.textMap("aliases") : old.aliases(),
        routes(old, type),
        form.has("max_budget") ? form.money("max_budget") : old.maxBudget(),
        budgetDuration,
        form.has("budget_duration") ? budgetReset(budgetDuration) : old.budgetResetAt(),
        limit("rpm_limit", old.requestsPerMinute()),
        limit("tpm_limit", old.tokensPerMinute()),
        limit("max_parallel_requests", old.parallelRequests()),
        expires(old),
        form.has("blocked") ? form.flag("blocked") : old.blocked(),
        type,
        estimatedOutputTokens(metadata),
        strict(metadata),
        bounded("metadata", metadata),
        bounded("the key's further fields", extras(old)));
  }

  private @Nullable Long limit(String name, @Nullable Long old) {
    return form.has(name) ? form.number(name, 0) : old;
  }

  private List<String> routes(Terms old, @Nullable String type) {
    List<String> ofType = form.has("key_type") && type != null ? ROUTES_OF_TYPE.get(type) : null;
    if (ofType != null) {
      return ofType;
    }
    return form.has("allowed_routes") ? form.texts("allowed_routes") : old.allowedRoutes();
  }

  private @Nullable Instant expires(Terms old) {
    String duration = form.text("duration");
    if (duration == null) {
      return old.expires();
    }
    if (duration.equals("-1")) {
      return null;
    }
    return window("duration", duration).after(now);
  }

  private @Nullable String budgetDuration() {
    String duration = form.text("budget_duration");
    if (duration != null && window("budget_duration", duration).count() == 0) {
      throw RefusedException.badRequest(
          "budget_duration has to be longer than nothing", "budget_duration");
    }
    return duration;
  }

  private @Nullable Instant budgetReset(@Nullable String duration) {
    return duration == null ? null : BudgetWindow.nextReset(now, duration, zone);
  }

  private static BudgetWindow window(String name, String duration) {
    return BudgetWindow.parse(duration)
        .orElseThrow(
            () ->
                RefusedException.badRequest(
                    name
                        + " is '"
                        + duration
                        + "', expected a number and one of s, m, h, d, w, mo, like 30d",
                    name));
  }

  private ObjectNode metadata(Terms old) {
    ObjectNode metadata =
        form.has("metadata") ? form.object("metadata") : (ObjectNode) Json.read(old.metadata());
    return overlaid(metadata, KeyField.Place.METADATA);
  }

  private ObjectNode extras(Terms old) {
    return overlaid((ObjectNode) Json.read(old.extras()), KeyField.Place.EXTRAS);
  }

  private ObjectNode overlaid(ObjectNode target, KeyField.Place place) {
    for (String name : form.names()) {
      KeyField field = KeyField.ALL.get(name);
      if (field != null && field.place() == place) {
        JsonNode value = form.get(name);
        if (value == null) {
          target.remove(name);
        } else {
          target.set(name, value);
        }
      }
    }
    return target;
  }

  private static @Nullable Long estimatedOutputTokens(ObjectNode metadata) {
    JsonNode value = metadata.get("default_estimated_output_tokens");
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
      throw RefusedException.badRequest(
          "default_estimated_output_tokens has to be a whole number above 0",
          "default_estimated_output_tokens");
    }
    return value.longValue();
  }

  private static boolean strict(ObjectNode metadata) {
    JsonNode value = metadata.get("budget_enforcement");
    if (value == null || value.isNull()) {
      return false;
    }
    if (value.isString() && value.stringValue().equals("strict")) {
      return true;
    }
    throw RefusedException.badRequest(
        "metadata.budget_enforcement has to be 'strict' or left out", "metadata");
  }

  private static String bounded(String what, ObjectNode object) {
    String text = Json.text(object);
    if (text.getBytes(StandardCharsets.UTF_8).length > OBJECT_BYTES_MAX) {
      throw RefusedException.badRequest(
          what + " may have at most " + OBJECT_BYTES_MAX + " bytes as JSON", "metadata");
    }
    return text;
  }
}
