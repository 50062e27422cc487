package dev.tollgate.admin.key;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Rotation;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.AllowanceReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.model.BudgetDay;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns a request into a key's terms: what it sends changes, what it leaves out stays. */
final class KeyTermsReader {
  private static final String ENFORCED_PARAMS = "enforced_params";

  /** What LiteLLM's kinds of keys may call. */
  private static final Map<String, List<String>> ROUTES_OF_TYPE =
      Map.of(
          "llm_api", List.of("llm_api_routes"),
          "management", List.of("management_routes"),
          "read_only", List.of("info_routes"));

  private final Form form;
  private final AllowanceReader shared;

  KeyTermsReader(Form form, Instant now, BudgetDay day) {
    this.form = form;
    this.shared = new AllowanceReader(form, KeyFields.ALL, now, day);
  }

  Terms applied(Terms old) {
    String type = form.has("key_type") ? form.text("key_type") : old.keyType();
    Allowance allowance = shared.applied(old.allowance());
    ObjectNode metadata = shared.metadata(old.metadata());
    form.money("temp_budget_increase"); // kept as it was sent, but an amount it has to be
    mustBeNames(metadata, ENFORCED_PARAMS, VirtualKey.ENFORCED_PARAMS_MAX);
    mustBeNames(metadata, "tags", VirtualKey.TAGS_MAX);
    return new Terms(
        form.has("key_alias") ? form.text("key_alias") : old.alias(),
        form.has("user_id") ? form.text("user_id") : old.userId(),
        form.has("team_id") ? form.text("team_id") : old.teamId(),
        form.has("models") ? form.texts("models") : old.models(),
        form.has("aliases") ? form.textMap("aliases") : old.aliases(),
        routes(old, type),
        allowance.maxBudget(),
        allowance.budgetDuration(),
        allowance.budgetResetAt(),
        allowance.requestsPerMinute(),
        allowance.tokensPerMinute(),
        allowance.parallelRequests(),
        expires(old),
        form.has("blocked") ? form.flag("blocked") : old.blocked(),
        type,
        estimatedOutputTokens(metadata),
        AllowanceReader.strict(metadata),
        AllowanceReader.bounded("metadata", metadata),
        AllowanceReader.bounded("the key's further fields", extras(old)));
  }

  /** What could not be read would be enforced by nobody. */
  private void mustBeNames(ObjectNode metadata, String field, int most) {
    if (!form.has(field) && !form.has("metadata")) {
      return;
    }
    JsonNode names = metadata.path(field);
    boolean listed = names.isArray() && names.valueStream().allMatch(JsonNode::isString);
    boolean given = !names.isMissingNode() && !names.isNull();
    if (given && (!listed || names.size() > most)) {
      throw RefusedException.badRequest(
          field + " has to be a list of at most " + most + " names", field);
    }
  }

  private ObjectNode extras(Terms old) {
    ObjectNode extras = shared.extras(old.extras());
    String interval = form.text("rotation_interval");
    if (interval != null && AllowanceReader.window("rotation_interval", interval).count() == 0) {
      throw RefusedException.badRequest(
          "rotation_interval has to be longer than nothing", "rotation_interval");
    }
    if (form.has("auto_rotate") || form.has("rotation_interval")) {
      Rotation.plan(extras, shared.now());
    }
    return extras;
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
    return AllowanceReader.window("duration", duration).after(shared.now());
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
}
