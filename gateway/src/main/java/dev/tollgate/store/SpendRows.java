package dev.tollgate.store;

import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of {@code spend_log}. Plain JDBC, and many rows with one statement, since this is the one
 * whose cost is felt: to begin and end it costs SQLite about as much as a row, and each value bound
 * is a call into the driver. So a column that is null in all rows of a batch is not named at all,
 * and one that has the same value in all of them is bound once a statement.
 */
final class SpendRows {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

  /** Of so many, the statement itself costs little; of more, preparing it would. */
  private static final int ROWS_AT_ONCE = 32;

  private static final int SUCCESS = 1;
  private static final int STREAM = 2;
  private static final int COUNTED = 4;

  private static final List<Column> COLUMNS =
      List.of(
          number("journal", SpendRow::journal),
          number("sequence", SpendRow::sequence),
          text("request_id", SpendRow::requestId),
          text("call_id", row -> row.callId().equals(row.requestId()) ? null : row.callId()),
          text("call_type", SpendRow::callType),
          text("api_key", SpendRow::keyHash),
          number("spend_nanos", row -> row.spend().nanos()),
          number("prompt_tokens", SpendRow::inputTokens),
          number("completion_tokens", SpendRow::outputTokens),
          number("cached_tokens", row -> unlessZero(row.cachedTokens())),
          number("cache_write_tokens", row -> unlessZero(row.cacheWriteTokens())),
          number("reasoning_tokens", row -> unlessZero(row.reasoningTokens())),
          number("started_at", row -> row.started().toEpochMilli()),
          number("ended_at", row -> row.ended().toEpochMilli()),
          number("first_event_at", row -> millis(row.firstEvent())),
          text("model", SpendRow::model),
          text("model_id", SpendRow::modelId),
          text("model_group", SpendRow::modelGroup),
          text("provider", SpendRow::provider),
          text("api_base", SpendRow::apiBase),
          text("user_id", SpendRow::userId),
          text("end_user", SpendRow::endUser),
          number("http_status", row -> (long) row.httpStatus()),
          text("failure_type", SpendRow::failureType),
          text("tags", row -> row.tags().isEmpty() ? null : JSON.writeValueAsString(row.tags())),
          text("client_address", SpendRow::clientAddress),
          text("session_id", SpendRow::sessionId),
          number("flags", row -> (long) flags(row)),
          number("attempts", row -> (long) row.attempts()),
          number("fallbacks", row -> (long) row.fallbacks()),
          number("key_ref", row -> reference(row.keyHash())),
          number("request_ref", row -> reference(row.requestId())),
          text("team_id", SpendRow::teamId),
          text("organization_id", SpendRow::organizationId));

  private SpendRows() {}

  /** A column and what a row has in it. */
  private record Column(
      String name, int type, Function<SpendRow, ? extends @Nullable Object> value) {}

  /** What the rows of a batch have in a column. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: it is never compared
  private record Values(Column column, @Nullable Object[] ofRows) {
    static Values of(Column column, List<SpendRow> rows) {
      @Nullable Object[] ofRows = new Object[rows.size()];
      for (int i = 0; i < ofRows.length; i++) {
        ofRows[i] = column.value().apply(rows.get(i));
      }
      return new Values(column, ofRows);
    }

    boolean areAlike() {
      for (Object value : ofRows) {
        if (!Objects.equals(value, ofRows[0])) {
          return false;
        }
      }
      return true;
    }
  }

  private static Column number(String name, Function<SpendRow, @Nullable Long> value) {
    return new Column(name, Types.BIGINT, value);
  }

  private static Column text(String name, Function<SpendRow, @Nullable String> value) {
    return new Column(name, Types.VARCHAR, value);
  }

  /**
   * Inserts the rows of a batch.
   *
   * @param shared whether it is PostgreSQL
   * @throws SQLException also when some of the rows are there: the transaction has to be rolled
   *     back
   */
  static void insert(Connection connection, boolean shared, List<SpendRow> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    List<Values> alike = new ArrayList<>();
    List<Values> differing = new ArrayList<>();
    for (Column column : COLUMNS) {
      Values values = Values.of(column, rows);
      if (!values.areAlike()) {
        differing.add(values);
      } else if (values.ofRows()[0] != null) {
        alike.add(values);
      }
    }
    if (differing.isEmpty()) { // there is one row
      differing.add(alike.removeLast());
    }
    int done = 0;
    while (done < rows.size()) {
      int count = Math.min(ROWS_AT_ONCE, rows.size() - done);
      String sql = statement(shared, alike, differing, count);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (; done + count <= rows.size(); done += count) {
          bind(statement, alike, differing, done, done + count);
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }
  }

  /**
   * SQLite would keep a copy of each page that it changes, so that it could undo the statement
   * alone; after {@code or fail} it does not, and here the whole transaction is undone.
   */
  private static String statement(
      boolean shared, List<Values> alike, List<Values> differing, int count) {
    StringJoiner names = new StringJoiner(", ", "spend_log (", ")");
    StringJoiner selected = new StringJoiner(", ", " select ", "");
    StringJoiner row = new StringJoiner(", ", "(", ")");
    for (Values values : alike) {
      names.add(values.column().name());
      selected.add("?");
    }
    int number = 1;
    for (Values values : differing) {
      names.add(values.column().name());
      selected.add("column" + number++);
      row.add("?");
    }
    return (shared ? "insert into " : "insert or fail into ")
        + names
        + selected
        + " from (values "
        + String.join(", ", Collections.nCopies(count, row.toString()))
        + ") as given";
  }

  private static void bind(
      PreparedStatement statement, List<Values> alike, List<Values> differing, int from, int to)
      throws SQLException {
    int index = 1;
    for (Values values : alike) {
      bind(statement, index++, values.column().type(), values.ofRows()[0]);
    }
    for (int row = from; row < to; row++) {
      for (Values values : differing) {
        bind(statement, index++, values.column().type(), values.ofRows()[row]);
      }
    }
  }

  private static void bind(PreparedStatement statement, int index, int type, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, type);
      case Long number -> statement.setLong(index, number);
      default -> statement.setString(index, (String) value);
    }
  }

  private static int flags(SpendRow row) {
    return (row.success() ? SUCCESS : 0)
        | (row.stream() ? STREAM : 0)
        | (row.counted() ? COUNTED : 0);
  }

  private static @Nullable Long unlessZero(long value) {
    return value == 0 ? null : value;
  }

  private static @Nullable Long millis(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli();
  }

  /** A number to find a text by: FNV-1a over its characters. Two texts may share one. */
  static long reference(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  static SpendRow read(ResultSet row) throws SQLException {
    String requestId = row.getString("request_id");
    String callId = row.getString("call_id");
    int flags = row.getInt("flags");
    long firstEvent = row.getLong("first_event_at");
    return new SpendRow(
        row.getLong("journal"),
        row.getLong("sequence"),
        requestId,
        callId == null ? requestId : callId,
        row.getString("call_type"),
        row.getString("api_key"),
        Money.ofNanos(row.getLong("spend_nanos")),
        row.getLong("prompt_tokens"),
        row.getLong("completion_tokens"),
        row.getLong("cached_tokens"),
        row.getLong("cache_write_tokens"),
        row.getLong("reasoning_tokens"),
        (flags & COUNTED) != 0,
        Instant.ofEpochMilli(row.getLong("started_at")),
        Instant.ofEpochMilli(row.getLong("ended_at")),
        firstEvent == 0 ? null : Instant.ofEpochMilli(firstEvent),
        row.getString("model"),
        row.getString("model_id"),
        row.getString("model_group"),
        row.getString("provider"),
        row.getString("api_base"),
        row.getString("user_id"),
        row.getString("end_user"),
        (flags & SUCCESS) != 0,
        row.getInt("http_status"),
        row.getString("failure_type"),
        tags(row.getString("tags")),
        row.getString("client_address"),
        row.getString("session_id"),
        (flags & STREAM) != 0,
        row.getInt("attempts"),
        row.getInt("fallbacks"),
        row.getString("team_id"),
        row.getString("organization_id"));
  }

  private static List<String> tags(@Nullable String json) {
    return json == null ? List.of() : JSON.readValue(json, STRINGS);
  }
}
