package dev.tollgate.store;

import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailyFilter.Part;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Rows of {@code spend_daily}: each batch of calls adds to one row for each of their kinds. */
final class DailyRows {
  private static final long DAY_MILLIS = 86_400_000;

  private static final String ADD =
      """
      insert into spend_daily (kind, id, day, api_key, model, model_group, provider, spend_nanos,
        prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, requests, successes)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (kind, id, day, api_key, model, model_group, provider) do update set
        spend_nanos = spend_daily.spend_nanos + excluded.spend_nanos,
        prompt_tokens = spend_daily.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = spend_daily.completion_tokens + excluded.completion_tokens,
        cached_tokens = spend_daily.cached_tokens + excluded.cached_tokens,
        cache_write_tokens = spend_daily.cache_write_tokens + excluded.cache_write_tokens,
        requests = spend_daily.requests + excluded.requests,
        successes = spend_daily.successes + excluded.successes
      """;

  private DailyRows() {}

  private record Key(
      String kind,
      String id,
      long day,
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
  }

  static void add(Connection connection, List<SpendRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // In one order, so that two nodes on PostgreSQL never wait for each other in a circle.
    Map<Key, Sum> sums =
        new TreeMap<>(
            Comparator.comparing(Key::kind)
                .thenComparing(Key::id)
                .thenComparingLong(Key::day)
                .thenComparing(Key::keyHash)
                .thenComparing(Key::model)
                .thenComparing(Key::group)
                .thenComparing(Key::provider));
    for (SpendRow row : rows) {
      sum(sums, Scope.Kind.PROXY, "", row);
      sum(sums, Scope.Kind.USER, row.userId(), row);
      sum(sums, Scope.Kind.TEAM, row.teamId(), row);
      sum(sums, Scope.Kind.ORGANIZATION, row.organizationId(), row);
      sum(sums, Scope.Kind.END_USER, row.endUser(), row);
      for (String tag : new LinkedHashSet<>(row.tags())) {
        sum(sums, Scope.Kind.TAG, tag, row);
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD)) {
      for (Map.Entry<Key, Sum> entry : sums.entrySet()) {
        bind(statement, entry.getKey(), entry.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void sum(Map<Key, Sum> sums, Scope.Kind kind, @Nullable String id, SpendRow row) {
    if (id != null) {
      long day = Math.floorDiv(row.started().toEpochMilli(), DAY_MILLIS);
      Key key =
          new Key(
              kind.word(),
              id,
              day,
              row.keyHash(),
              orEmpty(row.model()),
              orEmpty(row.modelGroup()),
              orEmpty(row.provider()));
      sums.computeIfAbsent(key, _ -> new Sum()).add(row);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void bind(PreparedStatement statement, Key key, Sum sum) throws SQLException {
    statement.setString(1, key.kind());
    statement.setString(2, key.id());
    statement.setLong(3, key.day());
    statement.setString(4, key.keyHash());
    statement.setString(5, key.model());
    statement.setString(6, key.group());
    statement.setString(7, key.provider());
    statement.setLong(8, sum.spend);
    statement.setLong(9, sum.input);
    statement.setLong(10, sum.output);
    statement.setLong(11, sum.cached);
    statement.setLong(12, sum.cacheWrite);
    statement.setLong(13, sum.requests);
    statement.setLong(14, sum.successes);
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

  static List<DailySum> find(Database database, DailyFilter filter) {
    List<String> columns = new ArrayList<>();
    for (Part part : Part.values()) {
      if (filter.by().contains(part)) {
        columns.add(column(part));
      }
    }
    String told = String.join(", ", columns);
    StringBuilder sql = new StringBuilder("select ");
    sql.append(told).append(columns.isEmpty() ? "" : ", ");
    sql.append(
        """
        sum(spend_nanos) as spend, sum(prompt_tokens) as input, sum(completion_tokens) as output,
        sum(cached_tokens) as cached, sum(cache_write_tokens) as cache_write,
        sum(requests) as requests, sum(successes) as successes
        from spend_daily where kind = :kind and day >= :from and day <= :to\
        """);
    sql.append(filter.id() == null ? "" : " and id = :id");
    sql.append(filter.keyHash() == null ? "" : " and api_key = :key");
    sql.append(columns.isEmpty() ? "" : " group by " + told);
    sql.append(" order by spend desc limit :limit");
    return database
        .reader()
        .withHandle(
            handle -> {
              Query query =
                  handle
                      .createQuery(sql.toString())
                      .bind("kind", filter.kind().word())
                      .bind("from", filter.from().toEpochDay())
                      .bind("to", filter.to().toEpochDay())
                      .bind("limit", filter.limit());
              if (filter.id() != null) {
                query.bind("id", filter.id());
              }
              if (filter.keyHash() != null) {
                query.bind("key", filter.keyHash());
              }
              return query.map((row, _) -> read(row, filter)).list();
            });
  }

  private static DailySum read(ResultSet row, DailyFilter filter) throws SQLException {
    return new DailySum(
        text(row, filter, Part.ID),
        filter.by().contains(Part.DAY)
            ? LocalDate.ofEpochDay(row.getLong("day"))
            : LocalDate.ofInstant(Instant.EPOCH, java.time.ZoneOffset.UTC),
        text(row, filter, Part.KEY),
        text(row, filter, Part.MODEL),
        text(row, filter, Part.GROUP),
        text(row, filter, Part.PROVIDER),
        Money.ofNanos(row.getLong("spend")),
        row.getLong("input"),
        row.getLong("output"),
        row.getLong("cached"),
        row.getLong("cache_write"),
        row.getLong("requests"),
        row.getLong("successes"));
  }

  private static String text(ResultSet row, DailyFilter filter, Part part) throws SQLException {
    return filter.by().contains(part) ? row.getString(column(part)) : "";
  }
}
