package dev.tollgate.admin.spend;

import dev.tollgate.access.Access;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailyFilter.Part;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * LiteLLM's {@code /global/spend/*} and {@code /global/activity*}, read from the sums of days.
 * Thread-safe.
 */
public final class ReportRoutes {
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMM dd", Locale.ROOT);
  private static final int LIMIT = 100;

  /** Tags are what callers make up, so that there can be any number; these are the dearest. */
  private static final int TAGS_MAX = 10_000;

  private final Access access;
  private final Balances balances;
  private final SpendReports reports;
  private final Supplier<@Nullable Money> proxyBudget;
  private final InstantSource clock;

  /**
   * @param proxyBudget {@code litellm_settings.max_budget}, null for none
   */
  public ReportRoutes(
      Access access,
      Balances balances,
      SpendReports reports,
      Supplier<@Nullable Money> proxyBudget,
      InstantSource clock) {
    this.access = access;
    this.balances = balances;
    this.reports = reports;
    this.proxyBudget = proxyBudget;
    this.clock = clock;
  }

  public List<ManagementRoute> all() {
    List<ManagementRoute> all = new ArrayList<>();
    all.add(global("/global/spend", this::total));
    all.add(global("/global/spend/logs", this::logs));
    all.add(global("/global/spend/keys", this::keys));
    all.add(global("/global/spend/teams", this::teams));
    all.add(global("/global/spend/models", this::models));
    all.add(global("/global/spend/tags", this::tags));
    all.add(global("/global/spend/report", this::report));
    all.add(global("/spend/tags", this::ownTags));
    all.add(
        Routes.route(
            "POST",
            "/global/spend/reset",
            Admission.ADMIN,
            "global_spend_tracking_routes",
            this::reset));
    all.add(activity("/global/activity", query -> activity(query)));
    all.add(activity("/global/activity/model", this::activityOfModels));
    return all;
  }

  private static ManagementRoute global(String path, ManagementRoute.Handler handler) {
    return Routes.route("GET", path, Admission.ADMIN_VIEW, "global_spend_tracking_routes", handler);
  }

  private static ManagementRoute activity(String path, ManagementRoute.Handler handler) {
    return Routes.route("GET", path, Admission.OWN_VIEW, "spend_tracking_routes", handler);
  }

  private List<DailySum> sums(Scope.Kind kind, @Nullable String id, Days days, Part... by) {
    return sums(kind, id, days, DailyFilter.LIMIT_MAX, by);
  }

  private List<DailySum> sums(
      Scope.Kind kind, @Nullable String id, Days days, int limit, Part... by) {
    return sums(kind, id, days, limit, false, by);
  }

  /** Their money and tokens only. */
  private List<DailySum> spent(
      Scope.Kind kind, @Nullable String id, Days days, int limit, Part... by) {
    return sums(kind, id, days, limit, true, by);
  }

  private List<DailySum> spentByAll(Query query, Part... by) {
    return spent(Scope.Kind.PROXY, "", Days.of(query, clock), DailyFilter.LIMIT_MAX, by);
  }

  private List<DailySum> sums(
      Scope.Kind kind, @Nullable String id, Days days, int limit, boolean brief, Part... by) {
    return Days.sums(
        reports,
        new DailyFilter(kind, id, days.from(), days.to(), null, null, Set.of(by), limit, brief));
  }

  private Answer total(Query query) {
    List<DailySum> sums = spentByAll(query);
    ObjectNode body = Json.object();
    body.set("spend", Json.money(sums.isEmpty() ? Money.ZERO : sums.getFirst().spend()));
    body.set("max_budget", Json.money(proxyBudget.get()));
    return Json.answer(200, body);
  }

  private Answer logs(Query query) {
    String key = Parameters.text(query, "api_key");
    List<DailySum> sums =
        key == null
            ? spentByAll(query, Part.DAY)
            : spent(
                Scope.Kind.KEY,
                Keys.hashOf(key),
                Days.of(query, clock),
                DailyFilter.LIMIT_MAX,
                Part.DAY);
    ArrayNode rows = array();
    sums.stream()
        .sorted(Comparator.comparing(DailySum::day))
        .forEach(
            sum ->
                rows.addObject()
                    .put("date", sum.day().toString())
                    .set("spend", Json.money(sum.spend())));
    return Json.answer(200, rows);
  }

  private static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private int limit(Query query) {
    return Parameters.number(query, "limit", LIMIT, 1, 1000);
  }

  private Answer keys(Query query) {
    ArrayNode rows = array();
    spent(Scope.Kind.KEY, null, Days.of(query, clock), limit(query), Part.ID)
        .forEach(
            sum -> {
              VirtualKey key = access.keys().find(sum.id()).orElse(null);
              ObjectNode row = rows.addObject();
              row.put("api_key", sum.id());
              row.put("key_alias", key == null ? null : key.terms().alias());
              row.put("key_name", key == null ? null : key.name());
              row.set("total_spend", Json.money(sum.spend()));
            });
    return Json.answer(200, rows);
  }

  private Answer models(Query query) {
    ArrayNode rows = array();
    spentByAll(query, Part.MODEL).stream()
        .limit(limit(query))
        .forEach(
            sum ->
                rows.addObject()
                    .put("model", sum.model())
                    .set("total_spend", Json.money(sum.spend())));
    return Json.answer(200, rows);
  }

  private String teamName(String id) {
    String alias =
        access.tenants().find(Kind.TEAM, id).map(team -> team.terms().alias()).orElse(null);
    return alias == null ? id : alias;
  }

  private Answer teams(Query query) {
    List<DailySum> sums =
        spent(
            Scope.Kind.TEAM, null, Days.of(query, clock), DailyFilter.LIMIT_MAX, Part.ID, Part.DAY);
    Map<LocalDate, ObjectNode> days = new TreeMap<>();
    Map<String, Money> totals = new LinkedHashMap<>();
    for (DailySum sum : sums) {
      String name = teamName(sum.id());
      days.computeIfAbsent(sum.day(), day -> Json.object().put("date", day.toString()))
          .set(name, Json.money(sum.spend()));
      totals.merge(name, sum.spend(), Money::plus);
    }
    ObjectNode body = Json.object();
    ArrayNode daily = body.putArray("daily_spend");
    days.values().forEach(daily::add);
    ArrayNode names = body.putArray("teams");
    totals.keySet().forEach(names::add);
    ArrayNode perTeam = body.putArray("total_spend_per_team");
    totals.forEach(
        (name, spend) ->
            perTeam.addObject().put("team_id", name).set("total_spend", Json.money(spend)));
    return Json.answer(200, body);
  }

  private Answer tags(Query query) {
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("spend_per_tag");
    sums(Scope.Kind.TAG, null, Days.of(query, clock), TAGS_MAX, Part.ID)
        .forEach(
            sum -> {
              ObjectNode row = rows.addObject().put("name", sum.id());
              row.set("spend", Json.money(sum.spend()));
              row.put("log_count", sum.requests());
            });
    return Json.answer(200, body);
  }

  private Answer ownTags(Query query) {
    ArrayNode rows = array();
    sums(Scope.Kind.TAG, null, Days.of(query, clock), TAGS_MAX, Part.ID)
        .forEach(
            sum ->
                rows.addObject()
                    .put("individual_request_tag", sum.id())
                    .put("log_count", sum.requests())
                    .set("total_spend", Json.money(sum.spend())));
    return Json.answer(200, rows);
  }

  /** By day, and on each by whom {@code group_by} says. */
  private Answer report(Query query) {
    String by = Parameters.text(query, "group_by");
    String grouped = by == null ? "team" : by;
    Scope.Kind kind =
        switch (grouped) {
          case "team" -> Scope.Kind.TEAM_MODEL;
          case "customer" -> Scope.Kind.END_USER;
          case "internal_user" -> Scope.Kind.USER_MODEL;
          case "api_key" -> Scope.Kind.KEY;
          default ->
              throw Parameters.invalid(
                  "literal_error",
                  "group_by",
                  "Input should be 'team', 'customer', 'internal_user' or 'api_key'");
        };
    List<DailySum> sums =
        spent(
            kind,
            null,
            Days.of(query, clock),
            DailyFilter.LIMIT_MAX,
            Part.DAY,
            Part.ID,
            Part.MODEL);
    Map<LocalDate, Map<String, List<DailySum>>> days = new TreeMap<>();
    for (DailySum sum : sums) {
      days.computeIfAbsent(sum.day(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(sum.id(), _ -> new ArrayList<>())
          .add(sum);
    }
    ArrayNode rows = array();
    days.forEach(
        (day, of) -> {
          ObjectNode row = rows.addObject().put("group_by_day", day + "T00:00:00+00:00");
          ArrayNode each = row.putArray(grouped.equals("team") ? "teams" : grouped + "s");
          of.forEach((name, ofOne) -> each.add(part(grouped, name, ofOne)));
        });
    return Json.answer(200, rows);
  }

  private ObjectNode part(String grouped, String name, List<DailySum> parts) {
    ObjectNode one = Json.object();
    one.put(
        grouped.equals("team") ? "team_name" : grouped,
        grouped.equals("team") ? teamName(name) : name);
    Money total = Money.ZERO;
    ArrayNode metadata = JsonNodeFactory.instance.arrayNode();
    for (DailySum sum : parts) {
      total = total.plus(sum.spend());
      ObjectNode model = metadata.addObject().put("model", sum.model());
      model.set("spend", Json.money(sum.spend()));
      model.put("total_tokens", sum.totalTokens());
    }
    one.set("total_spend", Json.money(total));
    one.set("metadata", metadata);
    return one;
  }

  /** What a caller may see of the activity: all, or its own. */
  private List<DailySum> activitySums(Query query, Part... by) {
    Rights rights = new Rights(query, access.tenants());
    Days days = Days.of(query, clock);
    return rights.seesAll()
        ? sums(Scope.Kind.PROXY, "", days, by)
        : sums(Scope.Kind.USER, String.valueOf(rights.userId()), days, by);
  }

  private Answer activity(Query query) {
    return Json.answer(200, activity(activitySums(query, Part.DAY)));
  }

  private static ObjectNode activity(List<DailySum> sums) {
    ObjectNode body = Json.object();
    ArrayNode daily = body.putArray("daily_data");
    long requests = 0;
    long tokens = 0;
    for (DailySum sum : sums.stream().sorted(Comparator.comparing(DailySum::day)).toList()) {
      daily
          .addObject()
          .put("date", DAY.format(sum.day()))
          .put("api_requests", sum.requests())
          .put("total_tokens", sum.totalTokens());
      requests += sum.requests();
      tokens += sum.totalTokens();
    }
    return body.put("sum_api_requests", requests).put("sum_total_tokens", tokens);
  }

  private Answer activityOfModels(Query query) {
    Map<String, List<DailySum>> models = new LinkedHashMap<>();
    for (DailySum sum : activitySums(query, Part.DAY, Part.GROUP)) {
      models.computeIfAbsent(sum.group(), _ -> new ArrayList<>()).add(sum);
    }
    ArrayNode rows = array();
    models.forEach(
        (model, sums) -> {
          ObjectNode row = Json.object().put("model", model);
          row.setAll(activity(sums));
          rows.add(row);
        });
    return Json.answer(200, rows);
  }

  /** Sets what keys and teams have spent to nothing. */
  private Answer reset(Query query) {
    Routes.caller(query);
    access
        .keys()
        .rows(key -> balances.settled(Scope.Kind.KEY, key.account()).nanos() != 0)
        .forEach(key -> balances.set(Scope.Kind.KEY, key.account(), Money.ZERO));
    for (Tenant team : access.tenants().list(Kind.TEAM, _ -> true)) {
      if (balances.settled(Scope.Kind.TEAM, team.id()).nanos() != 0) {
        balances.set(Scope.Kind.TEAM, team.id(), Money.ZERO);
      }
    }
    return Json.answer(
        200,
        Json.object()
            .put("message", "Spend for all API Keys and Teams reset successfully")
            .put("status", "success"));
  }
}
