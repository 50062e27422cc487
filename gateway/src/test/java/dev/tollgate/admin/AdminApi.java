package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Access;
import dev.tollgate.access.AccessSettings;
import dev.tollgate.access.MemoryKeyStore;
import dev.tollgate.access.MemoryTenantStore;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.admin.key.KeyRoutes;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.admin.spend.ActivityRoutes;
import dev.tollgate.admin.spend.ProviderBudgetRoutes;
import dev.tollgate.admin.spend.ReportRoutes;
import dev.tollgate.admin.spend.SpendLog;
import dev.tollgate.admin.spend.SpendRoutes;
import dev.tollgate.admin.tenant.AccessGroupRoutes;
import dev.tollgate.admin.tenant.BudgetRoutes;
import dev.tollgate.admin.tenant.CustomerRoutes;
import dev.tollgate.admin.tenant.Desk;
import dev.tollgate.admin.tenant.OrganizationRoutes;
import dev.tollgate.admin.tenant.TagRoutes;
import dev.tollgate.admin.tenant.TeamRoutes;
import dev.tollgate.admin.tenant.UserRoutes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The management API without a server: routes are called as the server would. */
final class AdminApi {
  static final Secret MASTER = Secret.of("sk-master-0123456789");

  Instant now = Instant.parse("2026-11-22T12:11:32.644Z");
  KeyRules rules = KeyRules.NONE;
  List<SpendRow> spendRows = new ArrayList<>();
  List<DailySum> dailySums = new ArrayList<>();
  final List<DailyFilter> dailyFilters = new ArrayList<>();
  final List<SpendFilter> spendFilters = new ArrayList<>();

  final MemoryKeyStore store = new MemoryKeyStore();
  final MemoryTenantStore tenantStore = new MemoryTenantStore(store);
  final Access access = new Access(MASTER, store, tenantStore, () -> now, AccessSettings.DEFAULT);
  final Map<String, Money> spent = new ConcurrentHashMap<>();
  private final List<ManagementRoute> routes = new ArrayList<>();

  AdminApi() {
    access.readKeys();
    Balances balances =
        new Balances() {
          @Override
          public Money settled(Scope.Kind kind, String id) {
            return spent.getOrDefault(id, Money.ZERO);
          }

          @Override
          public void set(Scope.Kind kind, String id, Money amount) {
            spent.put(id, amount);
          }

          @Override
          public Set<String> known(Scope.Kind kind) {
            return Set.of();
          }
        };
    Desk desk = new Desk(access, balances, () -> rules, () -> now);
    routes.addAll(new KeyRoutes(access, balances, desk::budgetRow, () -> rules, () -> now).all());
    routes.addAll(new TeamRoutes(desk).all());
    routes.addAll(new UserRoutes(desk).all());
    routes.addAll(new CustomerRoutes(desk).all());
    routes.addAll(new BudgetRoutes(desk).all());
    routes.addAll(new TagRoutes(desk).all());
    routes.addAll(new OrganizationRoutes(desk).all());
    routes.addAll(new AccessGroupRoutes(desk, name -> name.startsWith("gpt")).all());
    routes.addAll(
        new ProviderBudgetRoutes(
                List::of, _ -> new Ledger.Balance(Money.ZERO, Money.ZERO, null), () -> now)
            .all());
    FakeRecords records = new FakeRecords();
    routes.addAll(new SpendRoutes(records, records, access, balances, desk::keyView).all());
    routes.addAll(new ReportRoutes(access, balances, records, () -> null, () -> now).all());
    routes.addAll(new ActivityRoutes(access, records, () -> now).all());
    routes.addAll(new PassThroughRoutes(new FakeEndpoints(), access).all());
  }

  /** Keeps what it is given. */
  private static final class FakeEndpoints implements KeptEndpoints {
    private final Map<String, ObjectNode> kept = new ConcurrentHashMap<>();

    @Override
    public List<Kept> all() {
      return kept.entrySet().stream()
          .map(each -> new Kept(each.getKey(), each.getValue(), null))
          .toList();
    }

    @Override
    public void put(String id, ObjectNode document) {
      kept.put(id, document);
    }

    @Override
    public void delete(String id) {
      kept.remove(id);
    }
  }

  /** Has the test's rows and sums, and notes what it is asked. */
  private final class FakeRecords implements SpendLog, SpendReports {
    @Override
    public List<SpendRow> find(SpendFilter filter) {
      spendFilters.add(filter);
      return spendRows.stream().skip(filter.skip()).limit(filter.limit()).toList();
    }

    @Override
    public int count(SpendFilter filter) {
      return Math.min(spendRows.size(), SpendFilter.LIMIT_MAX);
    }

    @Override
    public List<DailySum> sums(DailyFilter filter) {
      dailyFilters.add(filter);
      return dailySums;
    }

    @Override
    public Page page(DailyFilter filter, long skip) {
      dailyFilters.add(filter);
      return new Page(
          dailySums.stream().skip(skip).limit(filter.limit()).toList(), dailySums.size());
    }
  }

  /** An answer, read. */
  record Reply(int status, JsonNode body, String text) {
    Reply ok() {
      assertThat(status).as(text).isEqualTo(200);
      return this;
    }

    String string(String pointer) {
      return body.at(pointer).asString();
    }
  }

  Reply post(String path, String body) {
    return call("POST", path, body, access.identify(MASTER));
  }

  Reply get(String target) {
    return call("GET", target, "", access.identify(MASTER));
  }

  Reply getAs(Secret key, String target) {
    return call("GET", target, "", access.identify(key));
  }

  List<ManagementRoute> routes() {
    return List.copyOf(routes);
  }

  /** As a caller with this key, refused as the server would. */
  Reply as(Secret key, String method, String target, String body) {
    Caller caller = access.identify(key);
    ManagementRoute route = route(method, target);
    if (!route.admission().admits(caller.standing().role())) {
      return refused(Access.adminOnly(caller, target));
    }
    try {
      return call(method, target, body, caller);
    } catch (FailureException refused) {
      return refused(refused.failure());
    }
  }

  private static Reply refused(Failure failure) {
    return new Reply(failure.status(), Json.object(), failure.message());
  }

  ManagementRoute route(String method, String path) {
    int mark = path.indexOf('?');
    String bare = mark < 0 ? path : path.substring(0, mark);
    return routes.stream()
        .filter(each -> each.method().equals(method) && matches(each.template(), bare))
        .findFirst()
        .orElseThrow();
  }

  private static boolean matches(String template, String path) {
    int open = template.indexOf('{');
    int close = template.indexOf('}');
    return open < 0
        ? template.equals(path)
        : path.startsWith(template.substring(0, open))
            && path.endsWith(template.substring(close + 1))
            && path.length() > template.length() - (close - open + 1);
  }

  private static Map<String, String> pathParameters(String template, String path) {
    int open = template.indexOf('{');
    int close = template.indexOf('}');
    return open < 0
        ? Map.of()
        : Map.of(
            template.substring(open + 1, close),
            path.substring(open, path.length() - (template.length() - close - 1)));
  }

  private Reply call(String method, String target, String body, Caller caller) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    ManagementRoute route = route(method, path);
    ManagementRoute.Answer answer =
        route
            .handler()
            .answer(
                new ManagementRoute.Query(
                    method,
                    path,
                    pathParameters(route.template(), path),
                    parameters(mark < 0 ? null : target.substring(mark + 1)),
                    body.getBytes(StandardCharsets.UTF_8),
                    caller,
                    null));
    assertThat(answer.contentType()).isEqualTo("application/json");
    return new Reply(
        answer.status(),
        Json.read(answer.body()),
        new String(answer.body(), StandardCharsets.UTF_8));
  }

  private static Map<String, List<String>> parameters(@Nullable String query) {
    Map<String, List<String>> parameters = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        parameters
            .computeIfAbsent(pair.substring(0, equals), _ -> new ArrayList<>())
            .add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
