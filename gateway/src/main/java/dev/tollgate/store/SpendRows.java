package dev.tollgate.store;

import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of {@code spend_log}. Plain JDBC, since this is the one statement whose cost is felt: each
 * value bound is a call into the driver, so a column that is null in all rows of a batch is not
 * named at all.
 */
final class SpendRows {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

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
      String name, int type, Function<SpendRow, ? extends @Nullable Object> value) {
    boolean isIn(List<SpendRow> rows) {
      for (SpendRow row : rows) {
        if (value.apply(row) != null) {
          return true;
        }
      }
      return false;
    }
  }

  private static Column number(String name, Function<SpendRow, @Nullable Long> value) {
    return new Column(name, Types.BIGINT, value);
  }

  private static Column text(String name, Function<SpendRow, @Nullable String> value) {
    return new Column(name, Types.VARCHAR, value);
  }

  static void insert(Connection connection, List<SpendRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    List<Column> columns = COLUMNS.stream().filter(column -> column.isIn(rows)).toList();
    try (PreparedStatement statement = connection.prepareStatement(statement(columns))) {
      for (SpendRow row : rows) {
        int index = 1;
        for (Column column : columns) {
          bind(statement, index++, column.type(), column.value().apply(row));
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String statement(List<Column> columns) {
    StringJoiner names = new StringJoiner(", ", "insert into spend_log (", ")");
    StringJoiner places = new StringJoiner(", ", " values (", ")");
    for (Column column : columns) {
      names.add(column.name());
      places.add("?");
    }
    return names.toString() + places;
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
