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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Spend in the tables {@code spend_log}, {@code spend_daily}, {@code spend_balance} and {@code
 * spend_checkpoint}, leases in {@code budget_lease}, estimates in {@code estimate}. Thread-safe.
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

  /** Good enough to count by, for which the index suffices. */
  private static final String BY_KEY_NUMBER = " and key_ref = :keyRef";

  private static final String BY_KEY = " and key_ref = :keyRef and api_key = :keyHash";

  private final Database database;
  private final SpendLayout layout;

  public SqlSpendStore(Database database) {
    this.database = database;
    this.layout =
        database.isShared() ? new DayPartitions(database) : new SqliteSpendLayout(database);
  }

  @Override
  public void append(Batch batch) {
    boolean written = false;
    try {
      layout.cover(batch.rows());
      database.change(handle -> append(handle.getConnection(), batch));
      written = true;
    } finally {
      if (!written) {
        layout.forget();
      }
    }
  }

  private void append(Connection connection, Batch batch) throws SQLException {
    moveCheckpoint(connection, batch);
    SpendRows.insert(connection, database.isShared(), batch.rows());
    DailyRows.add(connection, batch.rows());
    BalanceRows.write(connection, batch.changes());
    new LeaseRows(database, connection, batch.journal()).spent(batch.changes());
    for (Change change : batch.changes()) {
      if (change.steps().stream().anyMatch(step -> step instanceof Step.Put)) {
        database.announce(connection, new Notice.SpendSet(change.kind(), change.id()));
      }
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

  @Override
  public List<Lease> join(long node, Instant now) {
    return database.write(handle -> leases(handle, node).join(now));
  }

  @Override
  public boolean seen(long node, Instant now) {
    return database.write(handle -> leases(handle, node).seen(now));
  }

  @Override
  public List<Grant> grant(long node, Instant now, List<Wish> wishes) {
    return database.write(
        handle -> {
          LeaseRows leases = leases(handle, node);
          boolean others = leases.hasOthers(now);
          List<Grant> grants = new ArrayList<>(wishes.size());
          for (Wish wish : wishes) {
            grants.add(leases.grant(wish, now, others));
          }
          return grants;
        });
  }

  @Override
  public void giveBack(long node, List<Lease> returned) {
    database.change(
        handle -> {
          LeaseRows leases = leases(handle, node);
          for (Lease lease : returned) {
            leases.giveBack(lease);
          }
        });
  }

  @Override
  public void leave(long node) {
    database.change(handle -> leases(handle, node).leave());
  }

  private LeaseRows leases(Handle handle, long node) {
    return new LeaseRows(database, handle.getConnection(), node);
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

  @Override
  public List<Learned> estimates(Instant since, int most) {
    return EstimateRows.read(database, since, most);
  }

  @Override
  public void save(List<Learned> learned, Instant oldest) {
    // In one order for all nodes: two that write the same rows must not wait for each other.
    List<Learned> sorted =
        learned.stream()
            .sorted(
                Comparator.comparing(Learned::deployment)
                    .thenComparing(Learned::model)
                    .thenComparing(Learned::operation))
            .toList();
    database.change(handle -> EstimateRows.save(handle.getConnection(), sorted, oldest));
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

  static Scope.Kind kind(String word) {
    for (Scope.Kind kind : Scope.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalStateException(
        "a row is of kind '" + word + "', which this version does not know");
  }

  @Override
  public List<SpendRow> find(SpendFilter filter) {
    String sql =
        "select * from spend_log where 1 = 1"
            + conditions(filter, BY_KEY)
            + " order by started_at desc limit :limit offset :skip";
    return database.read(
        handle -> {
          Query query =
              handle.createQuery(sql).bind("limit", filter.limit()).bind("skip", filter.skip());
          if (filter.keyHash() != null) {
            query.bind("keyHash", filter.keyHash());
          }
          return bind(query, filter).map((row, _) -> SpendRows.read(row)).list();
        });
  }

  @Override
  public int count(SpendFilter filter) {
    String sql =
        "select count(*) from (select 1 from spend_log where 1 = 1"
            + conditions(filter, BY_KEY_NUMBER)
            + " limit :most) as counted";
    return database.read(
        handle ->
            bind(handle.createQuery(sql).bind("most", SpendFilter.LIMIT_MAX), filter)
                .mapTo(Integer.class)
                .one());
  }

  private String conditions(SpendFilter filter, String byKey) {
    StringBuilder sql = new StringBuilder();
    sql.append(
        filter.requestId() == null ? "" : layout.byRequest() + " and request_id = :requestId");
    sql.append(filter.keyHash() == null ? "" : byKey);
    sql.append(filter.userId() == null ? "" : " and user_id = :userId");
    sql.append(filter.teamId() == null ? "" : " and team_id = :teamId");
    sql.append(filter.from() == null ? "" : " and started_at >= :from");
    sql.append(filter.to() == null ? "" : " and started_at < :to");
    return sql.toString();
  }

  @Override
  public List<DailySum> sums(DailyFilter filter) {
    return DailyRows.sums(database, filter);
  }

  @Override
  public Page page(DailyFilter filter, long skip) {
    return DailyRows.page(database, filter, skip);
  }

  /**
   * Deletes some of the rows of calls that started before {@code end}, in one short step; sums of
   * days and balances stay.
   *
   * @return 0 when nothing is left to delete
   */
  int deleteBefore(Instant end) {
    return layout.deleteBefore(end);
  }

  private static Query bind(Query query, SpendFilter filter) {
    if (filter.requestId() != null) {
      query
          .bind("requestId", filter.requestId())
          .bind("requestRef", SpendRows.reference(filter.requestId()));
    }
    if (filter.keyHash() != null) {
      query.bind("keyRef", SpendRows.reference(filter.keyHash()));
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
    return query;
  }
}
