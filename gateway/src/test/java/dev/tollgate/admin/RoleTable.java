package dev.tollgate.admin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who may call each management route, as documented: what the table of endpoints is held to. */
public final class RoleTable {
  private RoleTable() {}

  /**
   * Who gets past the table: Administrator, viewer of all, Organisation's admin, internal User,
   * internal user who may Look, a key wiThout a user. What is theirs the handlers check.
   */
  private static final String EVERYBODY = "AVOULT";

  /** Also those without a key. */
  private static final String ANYBODY = EVERYBODY + "-";

  private static final String USERS = "AVOUL";
  private static final String CHANGERS = "AOU";
  private static final String SEERS_OF_ALL = "AV";
  private static final String ADMINS = "A";

  private static final Map<String, String> TABLE = new LinkedHashMap<>();

  private static void may(String who, String... routes) {
    for (String route : routes) {
      TABLE.put(route, who);
    }
  }

  static {
    may(
        CHANGERS,
        "POST /key/generate",
        "POST /key/service-account/generate",
        "POST /key/update",
        "POST /key/delete",
        "POST /key/regenerate",
        "POST /key/{key}/regenerate",
        "POST /key/{key}/reset_spend",
        "POST /key/block",
        "POST /key/unblock",
        "POST /team/new",
        "POST /team/update",
        "POST /team/delete",
        "POST /team/permissions_update",
        "POST /team/member_add",
        "POST /team/bulk_member_add",
        "POST /team/member_update",
        "POST /team/member_delete",
        "POST /team/{team_id}/callback",
        "POST /user/new",
        "POST /organization/member_add",
        "PATCH /organization/member_update",
        "DELETE /organization/member_delete");
    may(EVERYBODY, "GET /key/info", "POST /v2/key/info", "POST /key/health", "GET /team/info");
    may(
        USERS,
        "GET /key/list",
        "GET /key/aliases",
        "GET /team/list",
        "GET /v2/team/list",
        "GET /team/available",
        "GET /team/permissions_list",
        "GET /team/{team_id}/callback",
        "GET /user/info",
        "GET /v2/user/info",
        "GET /user/available_roles",
        "POST /tag/info",
        "GET /tag/list",
        "GET /spend/logs",
        "GET /spend/logs/v2",
        "GET /spend/logs/ui",
        "GET /spend/keys",
        "GET /spend/users",
        "GET /global/activity",
        "GET /global/activity/model",
        "GET /user/daily/activity",
        "GET /team/daily/activity",
        "GET /organization/daily/activity",
        "GET /organization/list",
        "GET /organization/info",
        "POST /organization/info");
    may(
        SEERS_OF_ALL,
        "GET /user/list",
        "POST /budget/info",
        "GET /budget/list",
        "GET /budget/settings",
        "GET /global/spend",
        "GET /global/spend/logs",
        "GET /global/spend/keys",
        "GET /global/spend/teams",
        "GET /global/spend/models",
        "GET /global/spend/tags",
        "GET /global/spend/report",
        "GET /spend/tags",
        "GET /provider/budgets",
        "GET /tag/daily/activity",
        "GET /customer/daily/activity",
        "GET /end_user/daily/activity",
        "GET /access_group/list",
        "GET /access_group/{access_group}/info");
    may(
        ADMINS,
        "POST /key/bulk_update",
        "POST /global/spend/reset",
        "POST /team/block",
        "POST /team/unblock",
        "POST /team/model/add",
        "POST /team/model/delete",
        "POST /user/update",
        "POST /user/bulk_update",
        "POST /user/delete",
        "POST /budget/new",
        "POST /budget/update",
        "POST /budget/delete",
        "POST /tag/new",
        "POST /tag/update",
        "POST /tag/delete",
        "POST /organization/new",
        "PATCH /organization/update",
        "DELETE /organization/delete",
        "POST /access_group/new",
        "PUT /access_group/{access_group}/update",
        "DELETE /access_group/{access_group}/delete");
    may(USERS, "POST /cost/estimate", "POST /spend/calculate");
    may(EVERYBODY, "POST /utils/token_counter", "POST /utils/transform_request");
    may(SEERS_OF_ALL, "GET /utils/supported_openai_params");
    may(
        ADMINS,
        "POST /reload/model_cost_map",
        "GET /config/pass_through_endpoint",
        "GET /config/pass_through_endpoint/team/{team_id}",
        "POST /config/pass_through_endpoint",
        "POST /config/pass_through_endpoint/{endpoint_id}",
        "DELETE /config/pass_through_endpoint");
    may(
        ANYBODY,
        "GET /health/liveliness",
        "GET /health/liveness",
        "GET /health/readiness",
        "GET /routes",
        "GET /openapi.json");
    may(EVERYBODY, "GET /health", "GET /metrics", "GET /metrics/", "GET /model_group/info");
    for (String prefix : List.of("", "/v1")) {
      may(
          EVERYBODY,
          "GET " + prefix + "/models",
          "GET " + prefix + "/models/{model_id}",
          "GET " + prefix + "/model/info");
    }
    for (String root : List.of("/customer", "/end_user")) {
      may(SEERS_OF_ALL, "GET " + root + "/info", "GET " + root + "/list");
      for (String action : List.of("new", "update", "delete", "block", "unblock")) {
        may(ADMINS, "POST " + root + "/" + action);
      }
    }
  }

  /** Letters of those who may, by method and path; {@code -} for nobody in particular. */
  public static Map<String, String> all() {
    return Collections.unmodifiableMap(TABLE);
  }
}
