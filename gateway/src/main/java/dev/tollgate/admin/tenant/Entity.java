package dev.tollgate.admin.tenant;

import dev.tollgate.access.BudgetAction;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Field.Place;
import dev.tollgate.admin.form.Guarantee;
import dev.tollgate.model.Role;
import dev.tollgate.model.Scope;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is different between tenants in requests and answers.
 *
 * @param kind what it is
 * @param idName name of its id
 * @param aliasName name of its alias
 * @param parentName name of what it is part of, null for nothing
 * @param scope under which its spend is counted, null if it spends nothing itself
 * @param budgeted whether its limits are those of a budget of its own or of another's
 * @param fields the fields of requests about it
 * @param row the fields of answers, in their order
 * @param lists those that are an empty list without a value
 * @param objects those that are an empty object without a value
 */
record Entity(
    Kind kind,
    String idName,
    String aliasName,
    @Nullable String parentName,
    Scope.@Nullable Kind scope,
    boolean budgeted,
    Map<String, Field> fields,
    List<String> row,
    List<String> lists,
    List<String> objects) {
  private static final List<String> USER_ROLES =
      Stream.of(Role.values()).filter(role -> role != Role.UNKNOWN).map(Role::word).toList();

  private static Stream<Field> throughput(String name) {
    return Field.choiceOf(name, Place.METADATA, Guarantee.WORD, "best_effort_throughput");
  }

  static final Entity TEAM =
      new Entity(
          Kind.TEAM,
          "team_id",
          "team_alias",
          "organization_id",
          Scope.Kind.TEAM,
          false,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "team_id", "team_alias", "organization_id"),
              Field.terms(Field.Kind.TEXTS, "models"),
              Field.terms(Field.Kind.OBJECT, "metadata"),
              Field.terms(Field.Kind.FLAG, "blocked"),
              Field.terms(Field.Kind.NUMBER, "team_member_budget"),
              Field.terms(Field.Kind.TEXT, "team_member_budget_duration"),
              Field.terms(Field.Kind.INTEGER, "team_member_rpm_limit", "team_member_tpm_limit"),
              Field.terms(Field.Kind.LIST, "members_with_roles"),
              Field.metadata(Field.Kind.COUNTS, "model_rpm_limit", "model_tpm_limit"),
              Field.metadata(Field.Kind.TEXTS, "guardrails", "prompts", "tags"),
              Field.metadata(Field.Kind.TEXT, "team_member_key_duration"),
              Field.metadata(
                  Field.Kind.TEXTS, "allowed_passthrough_routes", "denied_passthrough_routes"),
              throughput("rpm_limit_type"),
              throughput("tpm_limit_type"),
              Field.extras(Field.Kind.WINDOWS, "budget_limits"),
              Field.extras(Field.Kind.MODEL_BUDGETS, "model_max_budget"),
              Field.extras(Field.Kind.TEXT_MAP, "model_aliases"),
              Field.extras(
                  Field.Kind.TEXTS,
                  "team_member_permissions",
                  "access_group_ids",
                  "default_team_member_models",
                  "policies"),
              Field.extras(Field.Kind.OBJECT, "router_settings", "object_permission"),
              Field.extras(Field.Kind.FLAG, "allow_team_guardrail_config")),
          names(
              """
              team_alias team_id organization_id admins members members_with_roles
              team_member_permissions metadata tpm_limit rpm_limit tpd_limit max_budget soft_budget
              budget_duration budget_limits models blocked router_settings access_group_ids
              default_team_member_models spend max_parallel_requests budget_reset_at model_id
              model_spend model_max_budget policies allow_team_guardrail_config
              litellm_model_table object_permission object_permission_id updated_at created_at
              """),
          List.of(
              "admins",
              "members",
              "team_member_permissions",
              "access_group_ids",
              "default_team_member_models",
              "policies"),
          List.of("router_settings", "model_spend", "model_max_budget"));

  static final Entity USER =
      new Entity(
          Kind.USER,
          "user_id",
          "user_alias",
          null,
          Scope.Kind.USER,
          false,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "user_id", "user_alias"),
              Field.choice("user_role", Place.TERMS, USER_ROLES),
              Field.terms(Field.Kind.TEXTS, "models"),
              Field.terms(Field.Kind.OBJECT, "metadata"),
              Field.terms(Field.Kind.FLAG, "auto_create_key"),
              Field.terms(Field.Kind.LIST, "teams"),
              Field.terms(Field.Kind.TEXTS, "organizations"),
              Field.extras(Field.Kind.TEXT, "user_email", "sso_user_id", "organization_id"),
              Field.extras(Field.Kind.MODEL_BUDGETS, "model_max_budget"),
              Field.extras(Field.Kind.WINDOWS, "budget_limits"),
              Field.extras(Field.Kind.TEXTS, "policies", "allowed_cache_controls"),
              Field.passedOver(Field.Kind.FLAG, "send_invite_email")),
          names(
              """
              user_id user_alias team_id sso_user_id organization_id object_permission_id teams
              user_role max_budget spend user_email models metadata max_parallel_requests tpm_limit
              rpm_limit budget_duration budget_reset_at allowed_cache_controls policies model_spend
              model_max_budget created_at updated_at
              """),
          List.of("policies", "allowed_cache_controls", "teams"),
          List.of("model_spend", "model_max_budget"));

  static final Entity CUSTOMER =
      new Entity(
          Kind.CUSTOMER,
          "user_id",
          "alias",
          null,
          Scope.Kind.END_USER,
          true,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "user_id", "alias", "budget_id"),
              Field.terms(Field.Kind.FLAG, "blocked"),
              Field.terms(Field.Kind.TEXTS, "models"),
              Field.terms(Field.Kind.NUMBER, "spend"),
              Field.extras(Field.Kind.TEXT, "default_model"),
              Field.choiceOf("allowed_model_region", Place.EXTRAS, "eu", "us"),
              Field.extras(Field.Kind.OBJECT, "object_permission")),
          names(
              """
              user_id blocked alias spend allowed_model_region default_model models budget_id
              litellm_budget_table object_permission_id object_permission
              """),
          List.of(),
          List.of());

  static final Entity BUDGET =
      new Entity(
          Kind.BUDGET,
          "budget_id",
          "alias",
          null,
          null,
          false,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "budget_id"),
              Field.terms(Field.Kind.TEXTS, "allowed_models"),
              Field.extras(Field.Kind.MODEL_BUDGETS, "model_max_budget")),
          names(
              """
              budget_id soft_budget max_budget max_parallel_requests tpm_limit rpm_limit tpd_limit
              model_max_budget budget_duration allowed_models temp_budget_increase
              temp_budget_expiry budget_reset_at created_at created_by updated_at updated_by
              """),
          List.of("allowed_models"),
          List.of());

  static final Entity TAG =
      new Entity(
          Kind.TAG,
          "name",
          "alias",
          null,
          Scope.Kind.TAG,
          true,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "name", "budget_id"),
              Field.terms(Field.Kind.TEXTS, "models"),
              Field.extras(Field.Kind.TEXT, "description")),
          names(
              """
              name description models model_info spend budget_id litellm_budget_table created_at
              updated_at created_by
              """),
          List.of(),
          List.of());

  static final Entity ORGANIZATION =
      new Entity(
          Kind.ORGANIZATION,
          "organization_id",
          "organization_alias",
          null,
          Scope.Kind.ORGANIZATION,
          true,
          Field.table(
              limits(),
              Field.terms(Field.Kind.TEXT, "organization_id", "organization_alias", "budget_id"),
              Field.terms(Field.Kind.TEXTS, "models"),
              Field.terms(Field.Kind.OBJECT, "metadata"),
              Field.metadata(Field.Kind.COUNTS, "model_rpm_limit", "model_tpm_limit"),
              Field.extras(Field.Kind.OBJECT, "object_permission"),
              Field.extras(Field.Kind.MODEL_BUDGETS, "model_max_budget")),
          names(
              """
              organization_id organization_alias budget_id metadata models spend model_spend
              object_permission_id created_at created_by updated_at updated_by
              litellm_budget_table object_permission
              """),
          List.of(),
          List.of("model_spend"));

  private static Stream<Field> limits() {
    return Stream.of(
            Field.terms(Field.Kind.NUMBER, "max_budget"),
            Field.terms(Field.Kind.TEXT, "budget_duration"),
            Field.terms(Field.Kind.INTEGER, "max_parallel_requests", "tpm_limit", "rpm_limit"),
            Field.extras(Field.Kind.NUMBER, "soft_budget"),
            Field.choice("budget_action", Place.EXTRAS, BudgetAction.words()),
            Field.extras(Field.Kind.INTEGER, "tpd_limit"))
        .flatMap(each -> each);
  }

  private static List<String> names(String text) {
    return List.of(text.strip().split("\\s+"));
  }
}
