package dev.tollgate.store;

import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.ledger.SpendStore;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.statement.Query;

/**
 * Spend in the tables {@code spend_log}, {@code spend_daily}, {@code spend_balance} and {@code
 * spend_checkpoint}. Thread-safe.
 *
 * <p>The checkpoint goes first in each transaction, and only from the place where the batch begins:
 * two writers of one journal, or one whose commit had come through after all, end there and change
 * nothing.
 */
public final class SqlSpendStore implements SpendStore, SpendReports {
  private static final String FIRST_CHECKPOINT =
      "insert into spend_checkpoint (next_sequence, journal) values (?, ?)";
  private static final String MOVE_CHECKPOINT =
      "update spend_checkpoint set next_sequence = ? where journal = ? and next_sequence = ?";

  private static final String ADD =
      """
      insert into spend_balance (kind, id, settled_nanos) values (?, ?, ?)
      on conflict (kind, id) do update
        set settled_nanos = spend_balance.settled_nanos + excluded.settled_nanos
      """;

  private static final String SET =
      """
      insert into spend_balance (kind, id, settled_nanos, window_duration, window_end)
      values (?, ?, ?, ?, ?)
      on conflict (kind, id) do update
        set settled_nanos = excluded.settled_nanos, window_duration = excluded.window_duration,
          window_end = excluded.window_end
      """;

  /** Finds the moments in the narrow index first, then the rows of these moments. */
  private static final String BY_REQUEST =
      """
       and started_at in (select started_at from spend_log where request_ref = :requestRef)
       and request_ref = :requestRef and request_id = :requestId\
      """;

  private static final String BY_KEY = " and key_ref = :keyRef and api_key = :keyHash";

  private final Database database;

  public SqlSpendStore(Database database) {
    this.database = database;
  }

  @Override
  public void append(Batch batch) {
    try {
      database
          .jdbi()
          .useTransaction(
              handle -> {
                Connection connection = handle.getConnection();
                moveCheckpoint(connection, batch);
                SpendRows.insert(connection, batch.rows());
                DailyRows.add(connection, batch.rows());
                change(connection, batch.changes());
              });
    } catch (SQLException failed) {
      throw new IllegalStateException("the batch was not written: " + failed.getMessage(), failed);
    }
  }

  private static void moveCheckpoint(Connection connection, Batch batch) throws SQLException {
    Long from = batch.from();
    String sql = from == null ? FIRST_CHECKPOINT : MOVE_CHECKPOINT;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, batch.to());
      statement.setLong(2, batch.journal());
      if (from != null) {
        statement.setLong(3, from);
      }
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException(
            "the checkpoint of journal " + batch.journal() + " is not at " + from + " any more");
      }
    }
  }

  private static void change(Connection connection, List<Change> changes) throws SQLException {
    try (PreparedStatement add = connection.prepareStatement(ADD);
        PreparedStatement set = connection.prepareStatement(SET)) {
      for (Change change : changes) {
        Reset reset = change.set();
        PreparedStatement statement = reset == null ? add : set;
        statement.setString(1, change.kind().word());
        statement.setString(2, change.id());
        if (reset == null) {
          statement.setLong(3, change.added().nanos());
        } else {
          Window window = reset.window();
          statement.setLong(3, reset.settled().plus(change.added()).nanos());
          statement.setString(4, window == null ? null : window.duration());
          statement.setObject(5, window == null ? null : window.end().toEpochMilli());
        }
        statement.addBatch();
      }
      add.executeBatch();
      set.executeBatch();
    }
  }

  @Override
  public OptionalLong checkpoint(long journal) {
    return database
        .readLatest(
            "select next_sequence from spend_checkpoint where journal = " + journal,
            row -> row.getLong(1))
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  @Override
  public List<Balance> balances() {
    return database.readLatest("select * from spend_balance", SqlSpendStore::balance);
  }

  private static Balance balance(ResultSet row) throws SQLException {
    String duration = row.getString("window_duration");
    long end = row.getLong("window_end");
    return new Balance(
        kind(row.getString("kind")),
        row.getString("id"),
        Money.ofNanos(row.getLong("settled_nanos")),
        duration == null ? null : new Window(duration, Instant.ofEpochMilli(end)));
  }

  private static Scope.Kind kind(String word) {
    for (Scope.Kind kind : Scope.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalStateException(
        "spend_balance has a row of kind '" + word + "', which this version does not know");
  }

  @Override
  public List<SpendRow> find(SpendFilter filter) {
    StringBuilder sql = new StringBuilder("select * from spend_log where 1 = 1");
    sql.append(filter.requestId() == null ? "" : BY_REQUEST);
    sql.append(filter.keyHash() == null ? "" : BY_KEY);
    sql.append(filter.userId() == null ? "" : " and user_id = :userId");
    sql.append(filter.teamId() == null ? "" : " and team_id = :teamId");
    sql.append(filter.from() == null ? "" : " and started_at >= :from");
    sql.append(filter.to() == null ? "" : " and started_at < :to");
    sql.append(" order by started_at desc limit :limit");
    return database
        .reader()
        .withHandle(
            handle -> {
              Query query = handle.createQuery(sql.toString()).bind("limit", filter.limit());
              bind(query, filter);
              return query.map((row, _) -> SpendRows.read(row)).list();
            });
  }

  @Override
  public List<DailySum> sums(DailyFilter filter) {
    return DailyRows.find(database, filter);
  }

  private static void bind(Query query, SpendFilter filter) {
    if (filter.requestId() != null) {
      query
          .bind("requestId", filter.requestId())
          .bind("requestRef", SpendRows.reference(filter.requestId()));
    }
    if (filter.keyHash() != null) {
      query.bind("keyHash", filter.keyHash()).bind("keyRef", SpendRows.reference(filter.keyHash()));
    }
    if (filter.userId() != null) {
      query.bind("userId", filter.userId());
    }
    if (filter.teamId() != null) {
      query.bind("teamId", filter.teamId());
    }
    if (filter.from() != null) {
      query.bind("from", filter.from().toEpochMilli());
    }
    if (filter.to() != null) {
      query.bind("to", filter.to().toEpochMilli());
    }
  }
}
