package dev.tollgate.admin;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A field of LiteLLM's key requests.
 *
 * @param name its name in requests and answers
 * @param kind what it has to be, besides null
 * @param place where it is kept
 * @param choices the texts that it may be; empty for any
 */
record KeyField(String name, Kind kind, Place place, List<String> choices) {

  /** Types of values. */
  enum Kind {
    NUMBER,
    INTEGER,
    TEXT,
    FLAG,
    TEXTS,
    TEXT_MAP,
    OBJECT,
    LIST
  }

  /** Where a value goes. */
  enum Place {
    /** A column of its own, or needed for one. */
    TERMS,
    /** An entry of the key's metadata, as LiteLLM keeps it. */
    METADATA,
    /** LiteLLM has a column for it; nothing here acts upon it. */
    EXTRAS,
    /** Taken note of and not kept. */
    NOWHERE
  }

  private static final List<String> LIMIT_TYPES =
      List.of("guaranteed_throughput", "best_effort_throughput", "dynamic");

  private static final List<String> KEY_TYPES =
      List.of("llm_api", "management", "read_only", "default");

  /** All fields, in no order that matters. */
  static final Map<String, KeyField> ALL =
      Stream.of(
              terms(Kind.TEXT, "key", "key_alias", "duration", "user_id", "team_id"),
              terms(Kind.TEXT, "budget_duration"),
              terms(Kind.NUMBER, "spend", "max_budget"),
              terms(Kind.INTEGER, "max_parallel_requests", "tpm_limit", "rpm_limit"),
              terms(Kind.TEXTS, "models", "allowed_routes"),
              terms(Kind.TEXT_MAP, "aliases"),
              terms(Kind.OBJECT, "metadata"),
              terms(Kind.FLAG, "blocked"),
              Stream.of(new KeyField("key_type", Kind.TEXT, Place.TERMS, KEY_TYPES)),
              metadata(Kind.INTEGER, "default_estimated_output_tokens"),
              metadata(
                  Kind.OBJECT,
                  "model_rpm_limit",
                  "model_tpm_limit",
                  "mcp_rpm_limit",
                  "tag_rpm_limit",
                  "default_estimated_output_tokens_per_model"),
              metadata(Kind.TEXTS, "guardrails", "prompts", "tags", "enforced_params"),
              metadata(
                  Kind.FLAG,
                  "disable_global_guardrails",
                  "enable_prompt_caching",
                  "throttle_on_budget_exceeded"),
              metadata(
                  Kind.LIST,
                  "allowed_passthrough_routes",
                  "denied_passthrough_routes",
                  "allowed_vector_store_indexes"),
              Stream.of("rpm_limit_type", "tpm_limit_type")
                  .map(name -> new KeyField(name, Kind.TEXT, Place.METADATA, LIMIT_TYPES)),
              extras(
                  Kind.TEXT,
                  "agent_id",
                  "organization_id",
                  "project_id",
                  "budget_id",
                  "end_user_budget_id",
                  "rotation_interval"),
              extras(Kind.NUMBER, "soft_budget"),
              extras(Kind.INTEGER, "tpd_limit"),
              extras(Kind.FLAG, "auto_rotate"),
              extras(Kind.TEXTS, "allowed_cache_controls", "policies", "access_group_ids"),
              extras(Kind.LIST, "budget_limits"),
              extras(
                  Kind.OBJECT,
                  "config",
                  "permissions",
                  "model_max_budget",
                  "budget_fallbacks",
                  "object_permission",
                  "router_settings"),
              fields(Kind.FLAG, Place.NOWHERE, "send_invite_email"))
          .flatMap(Function.identity())
          .collect(Collectors.toUnmodifiableMap(KeyField::name, Function.identity()));

  private static Stream<KeyField> terms(Kind kind, String... names) {
    return fields(kind, Place.TERMS, names);
  }

  private static Stream<KeyField> metadata(Kind kind, String... names) {
    return fields(kind, Place.METADATA, names);
  }

  private static Stream<KeyField> extras(Kind kind, String... names) {
    return fields(kind, Place.EXTRAS, names);
  }

  private static Stream<KeyField> fields(Kind kind, Place place, String... names) {
    return Stream.of(names).map(name -> new KeyField(name, kind, place, List.of()));
  }
}
