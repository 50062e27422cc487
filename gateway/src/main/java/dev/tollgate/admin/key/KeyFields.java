package dev.tollgate.admin.key;

import dev.tollgate.access.BudgetAction;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Field.Kind;
import dev.tollgate.admin.form.Field.Place;
import dev.tollgate.admin.form.Guarantee;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The fields of LiteLLM's key requests. */
final class KeyFields {
  private static final List<String> LIMIT_TYPES =
      List.of(Guarantee.WORD, "best_effort_throughput", "dynamic");

  private static final List<String> KEY_TYPES =
      List.of("llm_api", "management", "read_only", "default");

  /** All fields, in no order that matters. */
  static final Map<String, Field> ALL =
      Field.table(
          Field.terms(Kind.TEXT, "key", "key_alias", "duration", "user_id", "team_id"),
          Field.terms(Kind.TEXT, "budget_duration"),
          Field.terms(Kind.NUMBER, "spend", "max_budget"),
          Field.terms(Kind.INTEGER, "max_parallel_requests", "tpm_limit", "rpm_limit"),
          Field.terms(Kind.TEXTS, "models", "allowed_routes"),
          Field.terms(Kind.TEXT_MAP, "aliases"),
          Field.terms(Kind.OBJECT, "metadata"),
          Field.terms(Kind.FLAG, "blocked"),
          Stream.of(new Field("key_type", Kind.TEXT, Place.TERMS, KEY_TYPES)),
          Field.metadata(Kind.INTEGER, "default_estimated_output_tokens"),
          Field.metadata(
              Kind.COUNTS,
              "model_rpm_limit",
              "model_tpm_limit",
              "mcp_rpm_limit",
              "tag_rpm_limit",
              "default_estimated_output_tokens_per_model"),
          Field.metadata(Kind.NUMBER, "temp_budget_increase"),
          Field.metadata(Kind.TEXT, "temp_budget_expiry"),
          Field.metadata(Kind.TEXTS, "guardrails", "prompts", "tags", "enforced_params"),
          Field.metadata(
              Kind.FLAG,
              "disable_global_guardrails",
              "enable_prompt_caching",
              "throttle_on_budget_exceeded"),
          Field.metadata(
              Kind.LIST,
              "allowed_passthrough_routes",
              "denied_passthrough_routes",
              "allowed_vector_store_indexes"),
          Stream.of("rpm_limit_type", "tpm_limit_type")
              .map(name -> new Field(name, Kind.TEXT, Place.METADATA, LIMIT_TYPES)),
          Field.extras(
              Kind.TEXT,
              "agent_id",
              "organization_id",
              "project_id",
              "budget_id",
              "end_user_budget_id",
              "rotation_interval"),
          Field.extras(Kind.MODEL_BUDGETS, "model_max_budget"),
          Field.extras(Kind.NUMBER, "soft_budget"),
          Field.choice("budget_action", Place.EXTRAS, BudgetAction.words()),
          Field.extras(Kind.INTEGER, "tpd_limit"),
          Field.extras(Kind.FLAG, "auto_rotate"),
          Field.extras(Kind.TEXTS, "allowed_cache_controls", "policies", "access_group_ids"),
          Field.extras(Kind.WINDOWS, "budget_limits"),
          Field.extras(
              Kind.OBJECT, "config", "permissions", "object_permission", "router_settings"),
          Field.extras(Kind.TEXT_LISTS, "budget_fallbacks"),
          Field.passedOver(Kind.FLAG, "send_invite_email"));

  private KeyFields() {}
}
