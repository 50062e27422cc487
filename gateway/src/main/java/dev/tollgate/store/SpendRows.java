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
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of {@code spend_log}. Plain JDBC, since this is the one statement whose cost is felt: each
 * value bound is a call into the driver, so what is absent or zero is bound as null once and not
 * again.
 */
final class SpendRows {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

  private static final int SUCCESS = 1;
  private static final int STREAM = 2;
  private static final int COUNTED = 4;

  private static final String INSERT =
      """
      insert into spend_log (journal, sequence, request_id, call_id, call_type, api_key, spend_nanos,
        prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens,
        started_at, ended_at, first_event_at, model, model_id, model_group, provider, api_base,
        user_id, end_user, http_status, failure_type, tags, client_address, session_id, flags,
        attempts, fallbacks, key_ref, request_ref, team_id,
        organization_id)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private SpendRows() {}

  static void insert(Connection connection, List<SpendRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (SpendRow row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void bind(PreparedStatement statement, SpendRow row) throws SQLException {
    statement.setLong(1, row.journal());
    statement.setLong(2, row.sequence());
    statement.setString(3, row.requestId());
    statement.setString(4, row.callId().equals(row.requestId()) ? null : row.callId());
    statement.setString(5, row.callType());
    statement.setString(6, row.keyHash());
    statement.setLong(7, row.spend().nanos());
    statement.setLong(8, row.inputTokens());
    statement.setLong(9, row.outputTokens());
    setUnlessZero(statement, 10, row.cachedTokens());
    setUnlessZero(statement, 11, row.cacheWriteTokens());
    setUnlessZero(statement, 12, row.reasoningTokens());
    statement.setLong(13, row.started().toEpochMilli());
    statement.setLong(14, row.ended().toEpochMilli());
    Instant firstEvent = row.firstEvent();
    setUnlessZero(statement, 15, firstEvent == null ? 0 : firstEvent.toEpochMilli());
    statement.setString(16, row.model());
    statement.setString(17, row.modelId());
    statement.setString(18, row.modelGroup());
    statement.setString(19, row.provider());
    statement.setString(20, row.apiBase());
    statement.setString(21, row.userId());
    statement.setString(22, row.endUser());
    statement.setInt(23, row.httpStatus());
    statement.setString(24, row.failureType());
    statement.setString(25, row.tags().isEmpty() ? null : JSON.writeValueAsString(row.tags()));
    statement.setString(26, row.clientAddress());
    statement.setString(27, row.sessionId());
    statement.setInt(
        28,
        (row.success() ? SUCCESS : 0)
            | (row.stream() ? STREAM : 0)
            | (row.counted() ? COUNTED : 0));
    statement.setInt(29, row.attempts());
    statement.setInt(30, row.fallbacks());
    statement.setLong(31, reference(row.keyHash()));
    statement.setLong(32, reference(row.requestId()));
    statement.setString(33, row.teamId());
    statement.setString(34, row.organizationId());
  }

  /** A number to find a text by: FNV-1a over its characters. Two texts may share one. */
  static long reference(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private static void setUnlessZero(PreparedStatement statement, int index, long value)
      throws SQLException {
    if (value == 0) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
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
