package dev.tollgate.admin.key;

import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.FieldReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.model.BudgetWindow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies the operator's defaults and upper bounds to a request for a new key. */
final class KeyBounds {
  /** What a default fills when the request has null or nothing. */
  private static final List<String> WITH_DEFAULT =
      List.of(
          "max_budget",
          "user_id",
          "team_id",
          "max_parallel_requests",
          "tpm_limit",
          "rpm_limit",
          "budget_duration",
          "duration");

  /** What a default fills when the request's is empty. */
  private static final List<String> WITH_DEFAULT_IF_EMPTY = List.of("models", "metadata");

  private static final List<String> BOUNDED_NUMBERS =
      List.of("max_budget", "max_parallel_requests", "tpm_limit", "rpm_limit");

  private static final List<String> BOUNDED_DURATIONS = List.of("budget_duration", "duration");

  private KeyBounds() {}

  /**
   * The form with what it left out. A default that is not of its type is the operator's mistake.
   */
  static Form defaulted(Form form, KeyRules rules) {
    Map<String, JsonNode> filled = new HashMap<>();
    for (String name : WITH_DEFAULT) {
      if (form.get(name) == null && rules.defaults().get(name) != null) {
        filled.put(name, configured("default_key_generate_params", rules.defaults(), name));
      }
    }
    for (String name : WITH_DEFAULT_IF_EMPTY) {
      JsonNode given = form.get(name);
      if ((given == null || given.isEmpty()) && rules.defaults().get(name) != null) {
        filled.put(name, configured("default_key_generate_params", rules.defaults(), name));
      }
    }
    return form.with(filled);
  }

  /**
   * The form held to the upper bounds: above is refused, no limit becomes the bound.
   *
   * @param fresh whether it is for a new key, for which what is left out means no limit; else it
   *     means no change
   */
  static Form bounded(Form form, KeyRules rules, Instant now, boolean fresh) {
    Map<String, JsonNode> filled = new HashMap<>();
    for (String name : BOUNDED_NUMBERS) {
      if (rules.upperBounds().get(name) != null) {
        JsonNode most = configured("upperbound_key_generate_params", rules.upperBounds(), name);
        JsonNode given = form.get(name);
        if (given == null) {
          if (fresh || form.has(name)) {
            filled.put(name, most);
          }
        } else if (given.decimalValue().compareTo(most.decimalValue()) > 0) {
          throw above(name, given, most);
        }
      }
    }
    for (String name : BOUNDED_DURATIONS) {
      if (rules.upperBounds().get(name) != null) {
        JsonNode most = configured("upperbound_key_generate_params", rules.upperBounds(), name);
        JsonNode given = form.get(name);
        if (given == null) {
          if (fresh || (form.has(name) && name.equals("budget_duration"))) {
            filled.put(name, most);
          }
        } else if (isLonger(given.stringValue(), most.stringValue(), now)) {
          throw above(name, given, most);
        }
      }
    }
    return form.with(filled);
  }

  /** The upper bounds of numbers as the terms of a key. */
  static Terms most(KeyRules rules, Instant now) {
    ObjectNode numbers = Json.object();
    for (String name : BOUNDED_NUMBERS) {
      if (rules.upperBounds().get(name) != null) {
        numbers.set(name, configured("upperbound_key_generate_params", rules.upperBounds(), name));
      }
    }
    return new KeyTermsReader(Form.of(numbers, KeyFields.ALL), now, rules.day())
        .applied(Terms.OPEN);
  }

  private static boolean isLonger(String given, String most, Instant now) {
    Optional<BudgetWindow> longest = BudgetWindow.parse(most);
    // What cannot be read is refused where it is used; -1 stands for without an end.
    return given.equals("-1")
        || (longest.isPresent()
            && BudgetWindow.parse(given)
                .filter(window -> window.after(now).isAfter(longest.get().after(now)))
                .isPresent());
  }

  private static RefusedException above(String name, JsonNode given, JsonNode most) {
    return RefusedException.envelope(
        400,
        "{'error': '%s is over max limit set in config - user_value=%s; max_value=%s'}"
            .formatted(name, given.asString(), most.asString()),
        "auth_error",
        "None");
  }

  private static JsonNode configured(String setting, Map<String, Object> values, String name) {
    FieldReader reader = new FieldReader();
    Field field = KeyFields.ALL.get(name);
    JsonNode value = field == null ? null : reader.read(field, Json.tree(values.get(name)));
    if (value == null) {
      throw RefusedException.envelope(
          500,
          "litellm_settings." + setting + "." + name + " is not of the type it has to be",
          "internal_server_error",
          name);
    }
    return value;
  }
}
