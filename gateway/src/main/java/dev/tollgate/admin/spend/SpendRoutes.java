package dev.tollgate.admin.spend;

import dev.tollgate.access.Access;
import dev.tollgate.access.KeyOrder;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.admin.key.KeyView;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's {@code /spend/*}: calls, keys and users by spend. Thread-safe. */
public final class SpendRoutes {
  /** Most rows of an answer: each is about a kilobyte. */
  public static final int ROWS_MAX = 10_000;

  /** Rows of an answer where the request does not say. */
  private static final int ROWS = 1_000;

  private final SpendLog log;
  private final SpendReports reports;
  private final Access access;
  private final Keys keys;
  private final Balances balances;
  private final Supplier<KeyView> views;

  public SpendRoutes(
      SpendLog log,
      SpendReports reports,
      Access access,
      Balances balances,
      Supplier<KeyView> views) {
    this.log = log;
    this.reports = reports;
    this.access = access;
    this.keys = access.keys();
    this.balances = balances;
    this.views = views;
  }

  public List<ManagementRoute> all() {
    return List.of(
        route("/spend/logs", this::logs),
        route("/spend/logs/v2", this::page),
        route("/spend/logs/ui", this::page),
        route("/spend/keys", this::keysBySpend),
        route("/spend/users", this::usersBySpend));
  }

  private static ManagementRoute route(String path, ManagementRoute.Handler handler) {
    return Routes.route("GET", path, Admission.OWN_VIEW, "spend_tracking_routes", handler);
  }

  /** The rows that are wanted; who may not see all sees its own. */
  private SpendFilter filter(Query query, int most) {
    Rights rights = new Rights(query, access.tenants());
    String key = Parameters.text(query, "api_key");
    String team = Parameters.text(query, "team_id");
    String userId = Parameters.text(query, "user_id");
    if (!rights.seesAll()) {
      boolean ofTeam =
          team != null
              && access.tenants().find(Kind.TEAM, team).filter(rights::administers).isPresent();
      if (!ofTeam) {
        if (userId != null && !rights.isSelf(userId)) {
          throw rights.denied();
        }
        userId = String.valueOf(rights.userId());
      }
    }
    return new SpendFilter(
        Parameters.text(query, "request_id"),
        key == null ? null : Keys.hashOf(key),
        userId,
        date(query, "start_date"),
        date(query, "end_date"),
        team,
        0,
        most);
  }

  private Answer logs(Query query) {
    SpendFilter filter = filter(query, Parameters.number(query, "limit", ROWS, 1, ROWS_MAX));
    if (filter.from() != null && filter.to() != null && Parameters.flag(query, "summarize", true)) {
      return Json.answer(200, new SpendSummary(log, reports).of(filter));
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (SpendRow row : log.find(filter)) {
      rows.add(row(row));
    }
    return Json.answer(200, rows);
  }

  /** Pages of rows, as far as the newest {@link #ROWS_MAX} go. */
  private Answer page(Query query) {
    int page = Parameters.number(query, "page", 1, 1, ROWS_MAX);
    int size = Parameters.number(query, "page_size", 50, 1, 100);
    SpendFilter filter = filter(query, ROWS_MAX);
    int total = log.count(filter);
    int skip = Math.min((page - 1) * size, total);
    int shown = Math.min(size, total - skip);
    ObjectNode body = Json.object();
    ArrayNode data = body.putArray("data");
    if (shown > 0) {
      log.find(filter.page(skip, shown)).forEach(each -> data.add(row(each)));
    }
    body.put("total", total);
    body.put("page", page);
    body.put("page_size", size);
    body.put("total_pages", (total + size - 1) / size);
    return Json.answer(200, body);
  }

  private Answer keysBySpend(Query query) {
    Rights rights = new Rights(query, access.tenants());
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "limit", 100, 1, 1000);
    KeyView view = views.get();
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    keys.page(
            key -> rights.seesAll() || rights.isSelf(key.userId()),
            new KeyOrder(key -> -spent(key).nanos(), KeyOrder.NEWEST_FIRST.comparator()),
            (page - 1L) * size,
            size)
        .rows()
        .forEach(key -> rows.add(view.listed(key.key())));
    return Json.answer(200, rows);
  }

  private Answer usersBySpend(Query query) {
    Rights rights = new Rights(query, access.tenants());
    String wanted = Parameters.text(query, "user_id");
    if (!rights.seesAll() && wanted != null && !rights.isSelf(wanted)) {
      throw rights.denied();
    }
    String id = rights.seesAll() ? wanted : String.valueOf(rights.userId());
    int size = Parameters.number(query, "limit", 100, 1, 1000);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    access.tenants().list(Kind.USER, user -> id == null || id.equals(user.id())).stream()
        .sorted(Comparator.comparing((Tenant user) -> spent(user)).reversed())
        .limit(size)
        .forEach(
            user -> {
              ObjectNode row = rows.addObject().put("user_id", user.id());
              row.set("spend", Json.money(spent(user)));
              row.set("max_budget", Json.money(user.terms().allowance().maxBudget()));
              row.put("user_role", user.terms().role());
            });
    return Json.answer(200, rows);
  }

  private Money spent(KeyRow key) {
    return balances.settled(Scope.Kind.KEY, key.account());
  }

  private Money spent(Tenant user) {
    return balances.settled(Scope.Kind.USER, user.id());
  }

  private static @Nullable Instant date(Query query, String name) {
    String text = Parameters.text(query, name);
    if (text == null) {
      return null;
    }
    try {
      String iso = text.strip().replace(' ', 'T');
      return iso.indexOf('T') < 0
          ? LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant()
          : LocalDateTime.parse(iso.endsWith("Z") ? iso.substring(0, iso.length() - 1) : iso)
              .toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException _) {
      throw Parameters.invalid(
          "date_parsing", name, "Input should be a valid date in the format YYYY-MM-DD");
    }
  }

  private ObjectNode row(SpendRow row) {
    ObjectNode answer = Json.object();
    answer.put("request_id", row.requestId());
    answer.put("call_type", row.callType());
    answer.put("api_key", row.keyHash());
    answer.set("spend", Json.money(row.spend()));
    answer.put("total_tokens", row.inputTokens() + row.outputTokens());
    answer.put("prompt_tokens", row.inputTokens());
    answer.put("completion_tokens", row.outputTokens());
    answer.put("startTime", Moments.text(row.started(), "Z"));
    answer.put("endTime", Moments.text(row.ended(), "Z"));
    answer.put("request_duration_ms", Duration.between(row.started(), row.ended()).toMillis());
    // As LiteLLM has it: a whole reply completes when it starts.
    Instant first = row.firstEvent();
    answer.put("completionStartTime", Moments.text(first == null ? row.ended() : first, "Z"));
    answer.put("model", orEmpty(row.model()));
    answer.put("model_id", orEmpty(row.modelId()));
    answer.put("model_group", orEmpty(row.modelGroup()));
    answer.put("custom_llm_provider", orEmpty(row.provider()));
    answer.put("api_base", orEmpty(row.apiBase()));
    answer.put("user", orEmpty(row.userId()));
    answer.set("metadata", metadata(row));
    answer.put("cache_hit", "None");
    answer.put("cache_key", "Cache OFF");
    answer.set("request_tags", Json.tree(row.tags()));
    answer.put("team_id", orEmpty(row.teamId()));
    answer.put("organization_id", orEmpty(row.organizationId()));
    answer.put("end_user", orEmpty(row.endUser()));
    answer.put("requester_ip_address", row.clientAddress());
    answer.putObject("messages");
    answer.putObject("response");
    answer.put("session_id", row.sessionId());
    answer.put("status", row.success() ? "success" : "failure");
    answer.putNull("mcp_namespaced_tool_name");
    answer.putNull("billing_agent_id");
    answer.putNull("agent_id");
    answer.putObject("proxy_server_request");
    answer.put("litellm_call_id", row.callId());
    answer.put("created_at", Moments.text(row.ended(), "Z"));
    answer.put("updated_at", Moments.text(row.ended(), "Z"));
    return answer;
  }

  private ObjectNode metadata(SpendRow row) {
    ObjectNode metadata = Json.object();
    metadata.put("status", row.success() ? null : "failure");
    ObjectNode usage = metadata.putObject("usage_object");
    usage.put("total_tokens", row.inputTokens() + row.outputTokens());
    usage.put("prompt_tokens", row.inputTokens());
    usage.put("completion_tokens", row.outputTokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", row.cachedTokens());
    usage.putObject("completion_tokens_details").put("reasoning_tokens", row.reasoningTokens());
    metadata.put("user_api_key", row.keyHash());
    metadata.put(
        "user_api_key_alias",
        keys.find(row.keyHash()).map(key -> key.terms().alias()).orElse(null));
    metadata.put("user_api_key_user_id", row.userId());
    metadata.put("user_api_key_team_id", row.teamId());
    metadata.put("litellm_call_id", row.callId());
    metadata.put("attempted_retries", Math.max(0, row.attempts() - 1 - row.fallbacks()));
    metadata.put("attempted_fallbacks", row.fallbacks());
    metadata.put("original_model_group", row.modelGroup());
    metadata.put("requester_ip_address", row.clientAddress());
    metadata.putArray("applied_guardrails");
    if (row.failureType() == null) {
      metadata.putNull("error_information");
    } else {
      metadata
          .putObject("error_information")
          .put("error_code", Integer.toString(row.httpStatus()))
          .put("error_class", row.failureType());
    }
    return metadata;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
