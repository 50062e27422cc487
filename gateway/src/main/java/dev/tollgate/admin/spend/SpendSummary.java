package dev.tollgate.admin.spend;

import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailyFilter.Part;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was spent on each day, by user and by model: from the sums of days where these have it, else
 * from the calls. For one request.
 */
final class SpendSummary {
  private final SpendLog log;
  private final SpendReports reports;
  private final Map<LocalDate, Day> days = new TreeMap<>();

  SpendSummary(SpendLog log, SpendReports reports) {
    this.log = log;
    this.reports = reports;
  }

  /**
   * The sums of the calls between the filter's two dates.
   *
   * @throws RefusedException if there are too many to look at
   */
  ArrayNode of(SpendFilter filter) {
    Instant from = filter.from();
    Instant to = filter.to();
    boolean ofSums = filter.requestId() == null && filter.teamId() == null;
    if (ofSums && from != null && to != null && isMidnight(from) && isMidnight(to)) {
      if (from.isBefore(to)) {
        fromSums(filter, date(from), date(to.minus(Duration.ofMillis(1))));
      }
    } else {
      fromCalls(filter);
    }
    ArrayNode answer = JsonNodeFactory.instance.arrayNode();
    days.forEach((date, day) -> answer.add(day.answer(date)));
    return answer;
  }

  private static boolean isMidnight(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT);
  }

  private static LocalDate date(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  private Day day(LocalDate date) {
    return days.computeIfAbsent(date, _ -> new Day());
  }

  private void fromSums(SpendFilter filter, LocalDate from, LocalDate to) {
    String user = filter.userId();
    String key = filter.keyHash();
    Scope.Kind kind =
        user != null ? Scope.Kind.USER : key != null ? Scope.Kind.KEY : Scope.Kind.PROXY;
    String id = user != null ? user : key != null ? key : "";
    String keyOfUser = user == null ? null : key;
    for (DailySum sum : sums(kind, id, from, to, keyOfUser, Part.MODEL)) {
      day(sum.day()).models.merge(sum.model(), sum.spend(), Money::plus);
      day(sum.day()).add(sum.spend(), sum.requests());
    }
    for (DailySum sum : sums(Scope.Kind.USER, user, from, to, key, Part.ID)) {
      day(sum.day()).of(sum.id(), sum.spend(), sum.requests());
    }
  }

  private List<DailySum> sums(
      Scope.Kind kind,
      @Nullable String id,
      LocalDate from,
      LocalDate to,
      @Nullable String key,
      Part part) {
    return Days.sums(
        reports,
        new DailyFilter(
            kind, id, from, to, key, null, Set.of(Part.DAY, part), DailyFilter.LIMIT_MAX));
  }

  private void fromCalls(SpendFilter filter) {
    List<SpendRow> rows = log.find(filter.page(0, SpendFilter.LIMIT_MAX));
    if (rows.size() == SpendFilter.LIMIT_MAX) {
      // A sum over part of the calls would look like the whole.
      throw RefusedException.badRequest(
          "There are "
              + SpendFilter.LIMIT_MAX
              + " calls or more between these dates, which is too many to sum up: choose fewer"
              + " days, or list them with summarize=false",
          "start_date");
    }
    for (SpendRow row : rows) {
      Day day = day(date(row.started()));
      day.add(row.spend(), 1);
      day.of(orEmpty(row.userId()), row.spend(), 1);
      day.models.merge(orEmpty(row.model()), row.spend(), Money::plus);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** One day's sums. Not thread-safe. */
  private static final class Day {
    private final Map<String, Money> users = new TreeMap<>();
    private final Map<String, Money> models = new TreeMap<>();
    private Money spend = Money.ZERO;
    private Money ofUsers = Money.ZERO;
    private long calls;
    private long callsOfUsers;

    void add(Money amount, long more) {
      spend = spend.plus(amount);
      calls += more;
    }

    void of(String user, Money amount, long more) {
      users.merge(user, amount, Money::plus);
      ofUsers = ofUsers.plus(amount);
      callsOfUsers += more;
    }

    ObjectNode answer(LocalDate date) {
      if (callsOfUsers < calls) {
        // The sums of users know nothing of calls that were nobody's.
        of("", spend.minus(ofUsers), calls - callsOfUsers);
      }
      ObjectNode answer = Json.object();
      answer.put("startTime", date.toString());
      answer.set("spend", Json.money(spend));
      ObjectNode byUser = answer.putObject("users");
      users.forEach((user, amount) -> byUser.set(user, Json.money(amount)));
      ObjectNode byModel = answer.putObject("models");
      models.forEach((model, amount) -> byModel.set(model, Json.money(amount)));
      return answer;
    }
  }
}
