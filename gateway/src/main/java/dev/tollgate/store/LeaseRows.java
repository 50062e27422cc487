package dev.tollgate.store;

import dev.tollgate.ledger.LeaseRule;
import dev.tollgate.ledger.LeaseStore;
import dev.tollgate.ledger.LeaseStore.Grant;
import dev.tollgate.ledger.LeaseStore.Lease;
import dev.tollgate.ledger.LeaseStore.Wish;
import dev.tollgate.ledger.SpendStore.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of {@code node} and {@code budget_lease}, in transactions of {@link SqlSpendStore}. The
 * leases of a scope change only after its row of {@code spend_balance} was written to, which locks
 * it: what is settled and all leases of the scope stand still meanwhile.
 */
final class LeaseRows {
  private static final String LOCK =
      """
      insert into spend_balance (kind, id, settled_nanos) values (?, ?, 0)
      on conflict (kind, id) do update set settled_nanos = spend_balance.settled_nanos
      returning settled_nanos
      """;

  private static final String OF_SCOPE =
      """
      select l.node, l.outstanding_nanos, l.whole, n.seen_at
      from budget_lease l left join node n on n.id = l.node where l.kind = ? and l.id = ?
      """;

  private static final String WRITE =
      """
      insert into budget_lease (kind, id, node, outstanding_nanos, whole) values (?, ?, ?, ?, ?)
      on conflict (kind, id, node) do update
        set outstanding_nanos = excluded.outstanding_nanos, whole = excluded.whole
      """;

  private static final String SHRINK =
      """
      update budget_lease set outstanding_nanos = outstanding_nanos - ?
      where kind = ? and id = ? and node = ?
      """;

  private static final String GIVE_BACK =
      """
      update budget_lease set outstanding_nanos = outstanding_nanos - ?, whole = false
      where kind = ? and id = ? and node = ?
      """;

  private static final String JOIN =
      """
      insert into node (id, seen_at) values (?, ?)
      on conflict (id) do update set seen_at = excluded.seen_at
      """;

  private static final String OF_DEAD =
      "delete from budget_lease where node not in (select id from node)";

  private final Database database;
  private final Connection connection;
  private final long node;

  LeaseRows(Database database, Connection connection, long node) {
    this.database = database;
    this.connection = connection;
    this.node = node;
  }

  List<Lease> join(Instant now) throws SQLException {
    if (!database.isShared()) { // whoever had leases here is gone
      update("delete from node where id <> ?", node);
    }
    update("delete from node where seen_at < ?", dead(now));
    update(OF_DEAD);
    update(JOIN, node, now.toEpochMilli());
    List<Lease> own = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select kind, id, outstanding_nanos from budget_lease where node = ?")) {
      statement.setLong(1, node);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          own.add(
              new Lease(SqlSpendStore.kind(rows.getString(1)), rows.getString(2), rows.getLong(3)));
        }
      }
    }
    return own;
  }

  boolean seen(Instant now) throws SQLException {
    return update(
            "update node set seen_at = ? where id = ? and seen_at >= ?",
            now.toEpochMilli(),
            node,
            dead(now))
        == 1;
  }

  void leave() throws SQLException {
    update("delete from budget_lease where node = ?", node);
    update("delete from node where id = ?", node);
  }

  boolean hasOthers(Instant now) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select 1 from node where id <> ? and seen_at > ? limit 1")) {
      statement.setLong(1, node);
      statement.setLong(2, now.minus(LeaseStore.ALIVE).toEpochMilli());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static long dead(Instant now) {
    return now.minus(LeaseStore.LIFETIME).toEpochMilli();
  }

  Grant grant(Wish wish, Instant now, boolean othersAlive) throws SQLException {
    String kind = wish.kind().word();
    long settled = lock(kind, wish.id());
    long own = 0;
    long others = 0;
    boolean othersWhole = false;
    try (PreparedStatement statement = connection.prepareStatement(OF_SCOPE)) {
      statement.setString(1, kind);
      statement.setString(2, wish.id());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getLong(1) == node) {
            own = rows.getLong(2);
          } else if (rows.getLong(4) >= dead(now)) {
            others = Math.addExact(others, Math.max(0, rows.getLong(2)));
            othersWhole |= rows.getBoolean(3);
          }
        }
      }
    }
    Grant grant =
        new LeaseRule(settled, own, others, othersWhole, othersAlive)
            .grant(wish.limit(), wish.nanos());
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setString(1, kind);
      statement.setString(2, wish.id());
      statement.setLong(3, node);
      statement.setLong(4, grant.leased());
      statement.setBoolean(5, grant.whole());
      statement.executeUpdate();
    }
    long missing = wish.nanos() - (grant.leased() - Math.max(0, own));
    if (othersAlive && !grant.whole() && missing > 0) {
      database.announce(connection, new Notice.Demanded(wish.kind(), wish.id(), missing));
    }
    return grant;
  }

  private long lock(String kind, String id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, kind);
      statement.setString(2, id);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  void giveBack(Lease lease) throws SQLException {
    lock(lease.kind().word(), lease.id());
    shrink(GIVE_BACK, lease);
    database.announce(connection, new Notice.Freed(lease.kind(), lease.id()));
  }

  /** What was spent, and is settled in the same transaction. */
  void spent(List<Change> changes) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SHRINK)) {
      for (Change change : changes) {
        long spent = change.spentNanos();
        if (spent != 0) {
          bind(statement, new Lease(change.kind(), change.id(), spent));
          statement.addBatch();
        }
      }
      statement.executeBatch();
    }
  }

  private void shrink(String sql, Lease by) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, by);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, Lease by) throws SQLException {
    statement.setLong(1, by.nanos());
    statement.setString(2, by.kind().word());
    statement.setString(3, by.id());
    statement.setLong(4, node);
  }

  private int update(String sql, long... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setLong(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
