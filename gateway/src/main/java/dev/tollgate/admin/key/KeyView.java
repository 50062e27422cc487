package dev.tollgate.admin.key;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes keys as LiteLLM's answers have them, field by field. */
public final class KeyView {
  private static final String BUDGET_ACTION = "budget_action";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Fields that a key without any setting has as an empty object or list, and not as null. */
  private static final List<String> EMPTY_OBJECTS =
      List.of(
          "config",
          "permissions",
          "model_spend",
          "model_max_budget",
          "budget_fallbacks",
          "router_settings");

  private static final List<String> EMPTY_LISTS =
      List.of("allowed_cache_controls", "policies", "access_group_ids");

  /** What keys keep of their former secrets. */
  private static final List<String> INTERNAL =
      List.of("tollgate_account", "tollgate_former_hashes");

  private static final List<String> GENERATED =
      fields(
          """
          key_alias duration models spend max_budget user_id team_id agent_id max_parallel_requests
          metadata tpm_limit rpm_limit budget_duration budget_limits allowed_cache_controls config
          permissions model_max_budget budget_fallbacks model_rpm_limit model_tpm_limit
          mcp_rpm_limit tag_rpm_limit guardrails policies prompts blocked aliases object_permission
          key tpd_limit default_estimated_output_tokens default_estimated_output_tokens_per_model
          budget_id end_user_budget_id tags disable_global_guardrails enable_prompt_caching
          throttle_on_budget_exceeded enforced_params allowed_routes allowed_passthrough_routes
          denied_passthrough_routes allowed_vector_store_indexes rpm_limit_type tpm_limit_type
          router_settings access_group_ids key_name key_type expires token_id organization_id
          project_id litellm_budget_table token created_by updated_by created_at updated_at
          """);

  private static final List<String> INFO =
      fields(
          """
          key_name key_alias soft_budget_cooldown spend total_spend expires models aliases config
          router_settings user_id team_id agent_id project_id permissions max_parallel_requests
          metadata blocked tpm_limit rpm_limit tpd_limit max_budget budget_duration budget_reset_at
          allowed_cache_controls allowed_routes key_type policies access_group_ids model_spend
          model_max_budget budget_fallbacks budget_id organization_id object_permission_id
          created_at created_by updated_at updated_by settings_updated_at last_active
          rotation_count auto_rotate rotation_interval last_rotation_at key_rotation_at
          budget_limits litellm_budget_table litellm_organization_table litellm_project_table
          object_permission jwt_key_mappings
          """);

  private static final List<String> BLOCKED =
      fields(
          """
          token key_name key_alias spend total_spend max_budget expires models aliases config
          user_id team_id agent_id project_id max_parallel_requests metadata tpm_limit rpm_limit
          tpd_limit budget_duration budget_reset_at allowed_cache_controls allowed_routes key_type
          permissions model_spend model_max_budget budget_fallbacks soft_budget_cooldown blocked
          litellm_budget_table budget_id org_id created_at created_by updated_at updated_by
          settings_updated_at last_active object_permission_id object_permission access_group_ids
          rotation_count auto_rotate rotation_interval last_rotation_at key_rotation_at
          router_settings budget_limits
          """);

  private static final List<String> ROUTER_SETTINGS =
      fields(
          """
          routing_strategy_args routing_strategy routing_groups retry_policy
          model_group_retry_policy model_group_affinity_config allowed_fails cooldown_time
          num_retries timeout max_retries retry_after fallbacks context_window_fallbacks
          model_group_alias enable_tag_filtering weights
          tag_routing_prefix optional_pre_call_checks
          """);

  private final Balances balances;
  private final Function<@Nullable String, @Nullable JsonNode> budgets;
  private final Instant now;
  private final BudgetDay day;

  /**
   * Writes keys as they are now.
   *
   * @param budgets the row of a budget, null for none
   */
  public KeyView(
      Balances balances,
      Function<@Nullable String, @Nullable JsonNode> budgets,
      Instant now,
      BudgetDay day) {
    this.balances = balances;
    this.budgets = budgets;
    this.now = now;
    this.day = day;
  }

  /** Answer of {@code /key/generate}: the only one with the secret. */
  public ObjectNode generated(VirtualKey key, Secret secret) {
    ObjectNode all = all(key, "Z");
    all.putNull("duration");
    all.put("key", secret.reveal());
    all.put("token_id", key.hash());
    // What LiteLLM keeps in the metadata it also answers by name.
    JsonNode metadata = all.get("metadata");
    for (String name : GENERATED) {
      Field field = KeyFields.ALL.get(name);
      if (field != null && field.place() == Field.Place.METADATA) {
        JsonNode value = metadata.get(name);
        all.set(name, value == null ? NODES.nullNode() : value);
      }
    }
    if (Json.read(key.terms().extras()).get("policies") == null) {
      all.putNull("policies");
    }
    ObjectNode router = Json.object();
    ROUTER_SETTINGS.forEach(router::putNull);
    router.putObject("model_group_alias");
    router.setAll((ObjectNode) all.get("router_settings"));
    all.set("router_settings", router);
    return chosen(all, GENERATED);
  }

  /** The row in {@code /key/info}. */
  ObjectNode info(VirtualKey key) {
    Terms terms = key.terms();
    Instant expires = terms.expires();
    ObjectNode row = chosen(all(key, "+00:00"), INFO);
    row.put(
        "status",
        key.isBlocked()
            ? "blocked"
            : expires != null && !now.isBefore(expires) ? "expired" : "active");
    return row;
  }

  /** Answer of {@code /key/update}; {@code passed} is the key as the request named it. */
  ObjectNode updated(VirtualKey key, String passed) {
    ObjectNode row = Json.object();
    row.put("key", passed);
    row.put("token", key.hash());
    return row.setAll(chosen(all(key, "+00:00"), INFO));
  }

  /** Answer of {@code /key/block} and {@code /key/unblock}. */
  ObjectNode blocked(VirtualKey key) {
    return chosen(all(key, "Z"), BLOCKED);
  }

  /** Entry of {@code /key/list} with {@code return_full_object}. */
  public ObjectNode listed(VirtualKey key) {
    ObjectNode row = Json.object();
    row.put("token", key.hash());
    return row.setAll(chosen(all(key, "+00:00"), INFO));
  }

  private ObjectNode all(VirtualKey key, String utc) {
    Terms terms = key.terms();
    ObjectNode all = Json.object();
    EMPTY_OBJECTS.forEach(all::putObject);
    EMPTY_LISTS.forEach(all::putArray);
    all.put("soft_budget_cooldown", false);
    all.put("auto_rotate", false);
    ObjectNode extras = (ObjectNode) Json.read(terms.extras());
    extras.remove(INTERNAL);
    all.setAll(extras);
    all.set("org_id", all.get("organization_id"));
    if (!all.has("rotation_count")) {
      all.put("rotation_count", 0);
    }
    all.set("litellm_budget_table", budgets.apply(all.path("budget_id").stringValue(null)));
    all.put("token", key.hash());
    all.put("key_name", key.name());
    all.put("key_alias", terms.alias());
    all.set("spend", Json.money(balances.settled(key)));
    all.set("total_spend", Json.money(balances.settled(key)));
    all.set("max_budget", Json.money(terms.maxBudget()));
    all.put("budget_duration", terms.budgetDuration());
    all.put("budget_reset_at", Moments.text(budgetReset(terms), utc));
    all.put("expires", Moments.text(terms.expires(), utc));
    all.set("models", Json.tree(terms.models()));
    all.set("aliases", Json.tree(terms.aliases()));
    all.set("allowed_routes", Json.tree(terms.allowedRoutes()));
    all.put("user_id", terms.userId());
    all.put("team_id", terms.teamId());
    all.put("max_parallel_requests", terms.parallelRequests());
    all.put("tpm_limit", terms.tokensPerMinute());
    all.put("rpm_limit", terms.requestsPerMinute());
    all.put("blocked", terms.blocked());
    all.put("key_type", terms.keyType());
    all.set("metadata", Json.read(terms.metadata()));
    all.put("created_at", Moments.text(key.createdAt(), utc));
    all.put("created_by", key.createdBy());
    all.put("updated_at", Moments.text(key.updatedAt(), utc));
    all.put("updated_by", key.updatedBy());
    all.put("settings_updated_at", Moments.text(key.settingsUpdatedAt(), utc));
    return all;
  }

  /** A window that has ended since the row was written has been followed by others. */
  private @Nullable Instant budgetReset(Terms terms) {
    Instant reset = terms.budgetResetAt();
    String duration = terms.budgetDuration();
    return reset == null || duration == null
        ? reset
        : BudgetWindow.rolled(reset, now, duration, day);
  }

  private static ObjectNode chosen(ObjectNode all, List<String> names) {
    ObjectNode chosen = Json.object();
    for (String name : names) {
      JsonNode value = all.get(name);
      chosen.set(name, value == null ? NODES.nullNode() : value);
    }
    if (all.has(BUDGET_ACTION)) { // not LiteLLM's: only where somebody has set it
      chosen.set(BUDGET_ACTION, all.get(BUDGET_ACTION));
    }
    return chosen;
  }

  private static List<String> fields(String names) {
    return Stream.of(names.strip().split("\\s+")).toList();
  }
}
