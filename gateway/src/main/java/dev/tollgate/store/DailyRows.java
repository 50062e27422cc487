package dev.tollgate.store;

import static java.util.stream.Collectors.joining;

import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailyFilter.Part;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.ledger.TooManySumsException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code spend_daily} and {@code spend_daily_total}: each batch of calls adds to one row of
 * each for each of their kinds.
 */
final class DailyRows {
  private static final long DAY_MILLIS = 86_400_000;

  private static final String ADDED =
      """
      update set
        spend_nanos = old.spend_nanos + excluded.spend_nanos,
        prompt_tokens = old.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = old.completion_tokens + excluded.completion_tokens,
        cached_tokens = old.cached_tokens + excluded.cached_tokens,
        cache_write_tokens = old.cache_write_tokens + excluded.cache_write_tokens,
        requests = old.requests + excluded.requests,
        successes = old.successes + excluded.successes
      """;

  private static final String ADD =
      """
      insert into spend_daily as old (spend_nanos, prompt_tokens, completion_tokens, cached_tokens,
        cache_write_tokens, requests, successes, kind, day, id, api_key, model, model_group,
        provider)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (kind, day, id, api_key, model, model_group, provider) do\s"""
          + ADDED;

  private static final String ADD_TOTAL =
      """
      insert into spend_daily_total as old (spend_nanos, prompt_tokens, completion_tokens,
        cached_tokens, cache_write_tokens, requests, successes, kind, day, id)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (kind, day, id) do\s"""
          + ADDED;

  private static final List<String> MEASURES =
      List.of(
          "spend_nanos",
          "prompt_tokens",
          "completion_tokens",
          "cached_tokens",
          "cache_write_tokens",
          "requests",
          "successes");

  /** Casts, since PostgreSQL's sum of whole numbers is a decimal, which takes longer to read. */
  private static final List<String> SUMS =
      MEASURES.stream().map(name -> "cast(sum(" + name + ") as bigint) as " + name).toList();

  private static final List<String> BRIEF_SUMS =
      List.of(
          SUMS.getFirst(),
          "cast(sum(prompt_tokens + completion_tokens) as bigint) as prompt_tokens",
          "0 as completion_tokens",
          "0 as cached_tokens",
          "0 as cache_write_tokens",
          "0 as requests",
          "0 as successes");

  /** As the primary keys have them, so that less of a group has to be looked for. */
  private static final List<Part> IN_ORDER_OF_ROWS =
      List.of(Part.DAY, Part.ID, Part.KEY, Part.MODEL, Part.GROUP, Part.PROVIDER);

  private static final String PRIMARY_KEY = "kind, day, id, api_key, model, model_group, provider";

  /** One order, so that two nodes on PostgreSQL never wait for each other in a circle. */
  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::kind)
          .thenComparingLong(Key::day)
          .thenComparing(Key::id)
          .thenComparing(Key::keyHash)
          .thenComparing(Key::model)
          .thenComparing(Key::group)
          .thenComparing(Key::provider);

  private DailyRows() {}

  private record Key(
      String kind,
      long day,
      String id,
      String keyHash,
      String model,
      String group,
      String provider) {}

  private static final class Sum {
    long spend;
    long input;
    long output;
    long cached;
    long cacheWrite;
    long requests;
    long successes;

    void add(SpendRow row) {
      spend = Math.addExact(spend, row.spend().nanos());
      input += row.inputTokens();
      output += row.outputTokens();
      cached += row.cachedTokens();
      cacheWrite += row.cacheWriteTokens();
      requests++;
      successes += row.success() ? 1 : 0;
    }

    void add(Sum other) {
      spend = Math.addExact(spend, other.spend);
      input += other.input;
      output += other.output;
      cached += other.cached;
      cacheWrite += other.cacheWrite;
      requests += other.requests;
      successes += other.successes;
    }
  }

  /**
   * What calls have in common that are in the same sums; most of a batch is of a few such kinds.
   */
  private record Alike(
      long day,
      String keyHash,
      @Nullable String userId,
      @Nullable String teamId,
      @Nullable String organizationId,
      @Nullable String endUser,
      List<String> tags,
      String model,
      String group,
      String provider) {
    static Alike of(SpendRow row) {
      return new Alike(
          Math.floorDiv(row.started().toEpochMilli(), DAY_MILLIS),
          row.keyHash(),
          row.userId(),
          row.teamId(),
          row.organizationId(),
          row.endUser(),
          row.tags(),
          orEmpty(row.model()),
          orEmpty(row.modelGroup()),
          orEmpty(row.provider()));
    }
  }

  static void add(Connection connection, List<SpendRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Map<Alike, Sum> alike = new HashMap<>();
    for (SpendRow row : rows) {
      alike.computeIfAbsent(Alike.of(row), _ -> new Sum()).add(row);
    }
    Map<Key, Sum> sums = new HashMap<>();
    Map<Key, Sum> totals = new HashMap<>();
    alike.forEach((calls, sum) -> spread(sums, totals, calls, sum));
    try (PreparedStatement statement = connection.prepareStatement(ADD)) {
      for (Map.Entry<Key, Sum> entry : inOrder(sums)) {
        bind(statement, entry.getKey(), entry.getValue());
        statement.setString(11, entry.getKey().keyHash());
        statement.setString(12, entry.getKey().model());
        statement.setString(13, entry.getKey().group());
        statement.setString(14, entry.getKey().provider());
        statement.addBatch();
      }
      statement.executeBatch();
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD_TOTAL)) {
      for (Map.Entry<Key, Sum> entry : inOrder(totals)) {
        bind(statement, entry.getKey(), entry.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static List<Map.Entry<Key, Sum>> inOrder(Map<Key, Sum> sums) {
    return sums.entrySet().stream().sorted(Map.Entry.comparingByKey(ORDER)).toList();
  }

  private static void spread(Map<Key, Sum> sums, Map<Key, Sum> totals, Alike calls, Sum sum) {
    add(sums, totals, Scope.Kind.PROXY, "", calls, sum);
    add(sums, totals, Scope.Kind.KEY, calls.keyHash(), calls, sum);
    add(sums, totals, Scope.Kind.USER, calls.userId(), calls, sum);
    add(sums, totals, Scope.Kind.USER_MODEL, calls.userId(), calls, sum);
    add(sums, totals, Scope.Kind.TEAM, calls.teamId(), calls, sum);
    add(sums, totals, Scope.Kind.TEAM_MODEL, calls.teamId(), calls, sum);
    add(sums, totals, Scope.Kind.ORGANIZATION, calls.organizationId(), calls, sum);
    add(sums, totals, Scope.Kind.END_USER, calls.endUser(), calls, sum);
    for (String tag : new LinkedHashSet<>(calls.tags())) {
      add(sums, totals, Scope.Kind.TAG, tag, calls, sum);
    }
  }

  private static void add(
      Map<Key, Sum> sums,
      Map<Key, Sum> totals,
      Scope.Kind kind,
      @Nullable String id,
      Alike calls,
      Sum sum) {
    if (id == null) {
      return;
    }
    boolean byModel = kind == Scope.Kind.TEAM_MODEL || kind == Scope.Kind.USER_MODEL;
    boolean byKey = !byModel && kind != Scope.Kind.PROXY && kind != Scope.Kind.KEY;
    Key key =
        new Key(
            kind.word(),
            calls.day(),
            id,
            byKey ? calls.keyHash() : "",
            calls.model(),
            calls.group(),
            calls.provider());
    sums.computeIfAbsent(key, _ -> new Sum()).add(sum);
    if (!byModel) {
      totals
          .computeIfAbsent(new Key(kind.word(), calls.day(), id, "", "", "", ""), _ -> new Sum())
          .add(sum);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void bind(PreparedStatement statement, Key key, Sum sum) throws SQLException {
    statement.setLong(1, sum.spend);
    statement.setLong(2, sum.input);
    statement.setLong(3, sum.output);
    statement.setLong(4, sum.cached);
    statement.setLong(5, sum.cacheWrite);
    statement.setLong(6, sum.requests);
    statement.setLong(7, sum.successes);
    statement.setString(8, key.kind());
    statement.setLong(9, key.day());
    statement.setString(10, key.id());
  }

  private static String column(Part part) {
    return switch (part) {
      case ID -> "id";
      case DAY -> "day";
      case KEY -> "api_key";
      case MODEL -> "model";
      case GROUP -> "model_group";
      case PROVIDER -> "provider";
    };
  }

  static List<DailySum> sums(Database database, DailyFilter filter) {
    boolean all = filter.limit() == DailyFilter.LIMIT_MAX;
    int limit = all ? filter.limit() + 1 : filter.limit();
    String groups =
        IN_ORDER_OF_ROWS.stream()
            .filter(filter.by()::contains)
            .map(DailyRows::column)
            .collect(joining(", "));
    String table = from(database, filter, table(filter)) + conditions(filter);
    // PostgreSQL would look up one row after the other to be ready with the first group: it takes
    // half as long to collect them all before.
    String from =
        database.isShared() ? "(select * from " + table + " offset 0) as collected" : table;
    String sql =
        "select "
            + read(filter.by(), filter.brief() ? BRIEF_SUMS : SUMS)
            + " from "
            + from
            + (groups.isEmpty() ? "" : " group by " + groups)
            // All are sorted sooner here than by the database, which would keep them a second time.
            + (all ? "" : " order by spend_nanos desc")
            + " limit :limit";
    List<DailySum> sums =
        database.read(
            handle -> {
              if (counted(handle, table, filter) > SpendReports.ROWS_MAX) {
                throw new TooManySumsException(SpendReports.ROWS_MAX);
              }
              return bind(handle.createQuery(sql).bind("limit", limit), filter)
                  .map((row, _) -> read(row))
                  .list();
            });
    if (sums.size() > filter.limit()) {
      throw new TooManySumsException(filter.limit());
    }
    return sums.stream()
        .sorted(Comparator.comparingLong((DailySum sum) -> sum.spend().nanos()).reversed())
        .toList();
  }

  /** How many rows there are, as far as one more than can be looked at. */
  private static int counted(Handle handle, String where, DailyFilter filter) {
    String sql = "select count(*) from (select 1 from " + where + " limit :most) as counted";
    return bind(handle.createQuery(sql).bind("most", SpendReports.ROWS_MAX + 1), filter)
        .mapTo(Integer.class)
        .one();
  }

  /** The narrower table has no more than whose it is, and the day. */
  private static String table(DailyFilter filter) {
    boolean total =
        filter.keyHash() == null
            && filter.model() == null
            && Set.of(Part.ID, Part.DAY).containsAll(filter.by());
    return total ? "spend_daily_total" : "spend_daily";
  }

  /** SQLite, which keeps no statistics, would read everybody's rows of these days to find one's. */
  private static String from(Database database, DailyFilter filter, String table) {
    return filter.id() == null || database.isShared()
        ? table
        : table + " indexed by " + table + "_id";
  }

  static SpendReports.Page page(Database database, DailyFilter filter, long skip) {
    String where = from(database, filter, "spend_daily") + conditions(filter);
    String page = " from " + where + newestFirst("") + " limit :limit offset :skip";
    String read = "select " + read(EnumSet.allOf(Part.class), MEASURES);
    // PostgreSQL passes those before the page by its index alone, and looks up the page's.
    String rows =
        database.isShared()
            ? read
                + " from (select %1$s%2$s) as page join spend_daily as one using (%1$s)%3$s"
                    .formatted(PRIMARY_KEY, page, newestFirst("one."))
            : read + page;
    return database.read(
        handle ->
            new SpendReports.Page(
                bind(handle.createQuery(rows), filter)
                    .bind("limit", filter.limit())
                    .bind("skip", skip)
                    .map((row, _) -> read(row))
                    .list(),
                Math.min(SpendReports.ROWS_MAX, counted(handle, where, filter))));
  }

  private static String newestFirst(String prefix) {
    return IN_ORDER_OF_ROWS.stream()
        .map(part -> prefix + column(part) + " desc")
        .collect(joining(", ", " order by ", ""));
  }

  private static String conditions(DailyFilter filter) {
    return " where kind = :kind and day >= :from and day <= :to"
        + (filter.id() == null ? "" : " and id = :id")
        + (filter.keyHash() == null ? "" : " and api_key = :key")
        + (filter.model() == null ? "" : " and model = :model");
  }

  private static Query bind(Query query, DailyFilter filter) {
    query
        .bind("kind", filter.kind().word())
        .bind("from", filter.from().toEpochDay())
        .bind("to", filter.to().toEpochDay());
    if (filter.id() != null) {
      query.bind("id", filter.id());
    }
    if (filter.keyHash() != null) {
      query.bind("key", filter.keyHash());
    }
    if (filter.model() != null) {
      query.bind("model", filter.model());
    }
    return query;
  }

  /** What {@link #read(ResultSet)} takes from a row, in its order. */
  private static String read(Set<Part> by, List<String> measures) {
    Stream<String> parts =
        IN_ORDER_OF_ROWS.stream()
            .map(part -> by.contains(part) ? column(part) : part == Part.DAY ? "0" : "''");
    return Stream.concat(parts, measures.stream()).collect(joining(", "));
  }

  private static DailySum read(ResultSet row) throws SQLException {
    LocalDate day = LocalDate.ofEpochDay(row.getLong(1));
    return new DailySum(
        row.getString(2),
        day,
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        Money.ofNanos(row.getLong(7)),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13));
  }
}
