package dev.tollgate.admin.spend;

import dev.tollgate.access.Access;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LiteLLM's {@code /…/daily/activity}: what a user, a team, an organisation, a customer or a tag
 * did on each day, by model, provider and key. Thread-safe.
 *
 * <p>As with LiteLLM a page is so many rows of the daily table, latest day first: a day may begin
 * on one page and end on the next, and the totals in {@code metadata} are those of the page.
 */
public final class ActivityRoutes {
  private static final int ROWS_A_PAGE = 50;

  private final Access access;
  private final SpendReports reports;
  private final InstantSource clock;

  public ActivityRoutes(Access access, SpendReports reports, InstantSource clock) {
    this.access = access;
    this.reports = reports;
    this.clock = clock;
  }

  public List<ManagementRoute> all() {
    List<ManagementRoute> all = new ArrayList<>();
    all.add(route("/user", "user_id", Scope.Kind.USER, Admission.OWN_VIEW));
    all.add(route("/team", "team_ids", Scope.Kind.TEAM, Admission.OWN_VIEW));
    all.add(
        route("/organization", "organization_ids", Scope.Kind.ORGANIZATION, Admission.OWN_VIEW));
    all.add(route("/tag", "tags", Scope.Kind.TAG, Admission.ADMIN_VIEW));
    all.add(route("/customer", "end_user_ids", Scope.Kind.END_USER, Admission.ADMIN_VIEW));
    all.add(route("/end_user", "end_user_ids", Scope.Kind.END_USER, Admission.ADMIN_VIEW));
    return all;
  }

  private ManagementRoute route(
      String root, String parameter, Scope.Kind kind, Admission admission) {
    return Routes.route(
        "GET",
        root + "/daily/activity",
        admission,
        "spend_tracking_routes",
        query -> activity(query, kind, parameter));
  }

  private Answer activity(Query query, Scope.Kind kind, String parameter) {
    String id = wanted(query, kind, parameter);
    // A user's activity without a name is everybody's, also that of keys without a user.
    boolean all = id == null && kind == Scope.Kind.USER;
    Days days = Days.of(query, clock);
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "page_size", ROWS_A_PAGE, 1, 1000);
    String key = Parameters.text(query, "api_key");
    String hash = key == null ? null : Keys.hashOf(key);
    SpendReports.Page found =
        reports.page(
            new DailyFilter(
                all ? Scope.Kind.KEY : kind,
                all ? hash : id,
                days.from(),
                days.to(),
                all ? null : hash,
                Parameters.text(query, "model"),
                Set.of(),
                size),
            (page - 1L) * size);
    Function<DailySum, String> keyOf = all ? DailySum::id : DailySum::keyHash;
    Map<LocalDate, List<DailySum>> byDay = new TreeMap<>(Comparator.reverseOrder());
    found.rows().forEach(sum -> byDay.computeIfAbsent(sum.day(), _ -> new ArrayList<>()).add(sum));
    ObjectNode body = Json.object();
    ArrayNode results = body.putArray("results");
    byDay.forEach((day, sums) -> results.add(day(day, sums, all, keyOf)));
    body.set("metadata", totals(found.rows(), page, (found.total() + size - 1) / size));
    return Json.answer(200, body);
  }

  /** Whose activity: the caller's own unless it may see others'. */
  private @Nullable String wanted(Query query, Scope.Kind kind, String parameter) {
    String id = Parameters.text(query, parameter);
    Rights rights = new Rights(query, access.tenants());
    if (rights.seesAll()) {
      return id;
    }
    boolean own =
        switch (kind) {
          case USER -> id == null || rights.isSelf(id);
          case TEAM -> id != null && team(id, rights);
          default -> rights.administersOrganization(id);
        };
    if (!own) {
      throw rights.denied();
    }
    return id == null ? Objects.requireNonNull(rights.userId()) : id;
  }

  private boolean team(String id, Rights rights) {
    return access.tenants().find(Kind.TEAM, id).filter(rights::administers).isPresent();
  }

  private ObjectNode day(
      LocalDate day, List<DailySum> sums, boolean all, Function<DailySum, String> keyOf) {
    ObjectNode row = Json.object().put("date", day.toString());
    row.set("metrics", metrics(sums));
    ObjectNode breakdown = row.putObject("breakdown");
    breakdown.set("models", by(sums, DailySum::model, keyOf));
    breakdown.set("model_groups", by(sums, DailySum::group, keyOf));
    breakdown.set("providers", by(sums, DailySum::provider, keyOf));
    breakdown.set("api_keys", by(sums, keyOf, null));
    breakdown.set("entities", all ? Json.object() : by(sums, DailySum::id, keyOf));
    breakdown.putObject("mcp_servers");
    breakdown.putObject("endpoints");
    return row;
  }

  /**
   * The sums by a part of theirs.
   *
   * @param keyOf how the keys of each part are told apart; null if the part is the key
   */
  private ObjectNode by(
      List<DailySum> sums,
      Function<DailySum, String> name,
      @Nullable Function<DailySum, String> keyOf) {
    Map<String, List<DailySum>> groups = new LinkedHashMap<>();
    sums.forEach(sum -> groups.computeIfAbsent(name.apply(sum), _ -> new ArrayList<>()).add(sum));
    ObjectNode body = Json.object();
    groups.forEach(
        (each, of) -> {
          ObjectNode one = body.putObject(each);
          one.set("metrics", metrics(of));
          if (keyOf != null) {
            one.putObject("metadata");
            one.set("api_key_breakdown", by(of, keyOf, null));
          } else {
            one.set("metadata", aboutKey(each));
          }
        });
    return body;
  }

  private ObjectNode aboutKey(String hash) {
    ObjectNode about = Json.object();
    var key = access.keys().find(hash);
    about.put("key_alias", key.map(each -> each.terms().alias()).orElse(null));
    about.put("team_id", key.map(each -> each.terms().teamId()).orElse(null));
    return about;
  }

  private static ObjectNode metrics(List<DailySum> sums) {
    return metrics(sums, "");
  }

  private static ObjectNode metrics(List<DailySum> sums, String prefix) {
    Money spend = Money.ZERO;
    long input = 0;
    long output = 0;
    long cached = 0;
    long cacheWrite = 0;
    long requests = 0;
    long good = 0;
    for (DailySum sum : sums) {
      spend = spend.plus(sum.spend());
      input += sum.inputTokens();
      output += sum.outputTokens();
      cached += sum.cachedTokens();
      cacheWrite += sum.cacheWriteTokens();
      requests += sum.requests();
      good += sum.successes();
    }
    ObjectNode metrics = Json.object();
    metrics.set(prefix + "spend", Json.money(spend));
    metrics.put(prefix + "prompt_tokens", input);
    metrics.put(prefix + "completion_tokens", output);
    metrics.put(prefix + "cache_read_input_tokens", cached);
    metrics.put(prefix + "cache_creation_input_tokens", cacheWrite);
    metrics.put("total_tokens", input + output);
    metrics.put(prefix + "successful_requests", good);
    metrics.put(prefix + "failed_requests", requests - good);
    metrics.put(prefix + "api_requests", requests);
    return metrics;
  }

  private static ObjectNode totals(List<DailySum> sums, int page, long pages) {
    ObjectNode totals = metrics(sums, "total_");
    totals.put("page", page);
    totals.put("total_pages", pages);
    totals.put("has_more", page < pages);
    return totals;
  }
}
