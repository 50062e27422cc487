package dev.tollgate.admin.form;

import dev.tollgate.access.Allowance;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.BudgetWindow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all that have limits have in common in a request: what it sends changes, what it leaves out
 * stays.
 */
public final class AllowanceReader {
  private static final int OBJECT_BYTES_MAX = 64 * 1024;

  private final Form form;
  private final Map<String, Field> fields;
  private final Instant now;
  private final BudgetDay day;

  public AllowanceReader(Form form, Map<String, Field> fields, Instant now, BudgetDay day) {
    this.form = form;
    this.fields = fields;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
    this.day = day;
  }

  public Instant now() {
    return now;
  }

  public Allowance applied(Allowance old) {
    String duration = form.has("budget_duration") ? budgetDuration() : old.budgetDuration();
    return new Allowance(
        form.has("max_budget") ? form.money("max_budget") : old.maxBudget(),
        duration,
        form.has("budget_duration") ? budgetReset(duration) : old.budgetResetAt(),
        limit("rpm_limit", old.requestsPerMinute()),
        limit("tpm_limit", old.tokensPerMinute()),
        limit("max_parallel_requests", old.parallelRequests()));
  }

  private @Nullable Long limit(String name, @Nullable Long old) {
    return form.has(name) ? form.number(name, 0) : old;
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
    return duration == null ? null : BudgetWindow.nextReset(now, duration, day);
  }

  /** A duration as LiteLLM writes one. */
  public static BudgetWindow window(String name, String duration) {
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

  /** The metadata with what the request sends for it, also by name. */
  public ObjectNode metadata(String old) {
    return overlaid(
        form.has("metadata") ? form.object("metadata") : (ObjectNode) Json.read(old),
        Field.Place.METADATA);
  }

  /** The further columns. */
  public ObjectNode extras(String old) {
    ObjectNode extras = overlaid((ObjectNode) Json.read(old), Field.Place.EXTRAS);
    form.money("soft_budget");
    form.number("tpd_limit", 0);
    return extras;
  }

  private ObjectNode overlaid(ObjectNode target, Field.Place place) {
    for (String name : form.names()) {
      Field field = fields.get(name);
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

  /** Whether the metadata asks for a budget that holds have to fit. */
  public static boolean strict(ObjectNode metadata) {
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

  /** An object as text, of a bounded length. */
  public static String bounded(String what, ObjectNode object) {
    String text = Json.text(object);
    if (text.getBytes(StandardCharsets.UTF_8).length > OBJECT_BYTES_MAX) {
      throw RefusedException.badRequest(
          what + " may have at most " + OBJECT_BYTES_MAX + " bytes as JSON", "metadata");
    }
    return text;
  }
}
