package dev.tollgate.store;

import dev.tollgate.ledger.SpendStore.Change;
import dev.tollgate.ledger.SpendStore.Step;
import dev.tollgate.ledger.SpendStore.Window;
import dev.tollgate.model.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@code spend_balance}: what the steps of a batch do to them. */
final class BalanceRows {
  private static final String SPENT =
      """
      insert into spend_balance (kind, id, settled_nanos) values (?, ?, ?)
      on conflict (kind, id) do update
        set settled_nanos = spend_balance.settled_nanos
          + case when spend_balance.rolled_to > ? then 0 else excluded.settled_nanos end
      """;

  private static final String ROLLED =
      """
      insert into spend_balance
        (kind, id, settled_nanos, window_duration, window_end, rolled_to) values (?, ?, ?, ?, ?, ?)
      on conflict (kind, id) do update
        set settled_nanos = excluded.settled_nanos, window_duration = excluded.window_duration,
          window_end = excluded.window_end, rolled_to = excluded.rolled_to
        where spend_balance.rolled_to is null or spend_balance.rolled_to < excluded.rolled_to
      """;

  private static final String BOUNDED =
      """
      insert into spend_balance
        (kind, id, settled_nanos, window_duration, window_end) values (?, ?, 0, ?, ?)
      on conflict (kind, id) do update
        set window_duration = excluded.window_duration, window_end = excluded.window_end,
          rolled_to = null
        where spend_balance.window_duration is distinct from excluded.window_duration
      """;

  private static final String PUT =
      """
      insert into spend_balance (kind, id, settled_nanos) values (?, ?, ?)
      on conflict (kind, id) do update set settled_nanos = excluded.settled_nanos
      """;

  private BalanceRows() {}

  /** In the order of the changes, which all nodes have in common. */
  static void write(Connection connection, List<Change> changes) throws SQLException {
    try (PreparedStatement spent = connection.prepareStatement(SPENT)) {
      for (Change change : changes) {
        for (Step step : change.steps()) {
          if (step instanceof Step.Spent charged) {
            name(spent, change);
            spent.setLong(3, charged.amount().nanos());
            spent.setLong(4, millis(charged.windowEnd()));
            spent.addBatch();
          } else {
            spent.executeBatch(); // what came before it
            other(connection, change, step);
          }
        }
      }
      spent.executeBatch();
    }
  }

  private static long millis(@Nullable Instant windowEnd) {
    return windowEnd == null ? Long.MAX_VALUE : windowEnd.toEpochMilli();
  }

  private static void other(Connection connection, Change change, Step step) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql(step))) {
      name(statement, change);
      switch (step) {
        case Step.Rolled(Money start, Window window) -> {
          statement.setLong(3, start.nanos());
          window(statement, 4, window);
          statement.setLong(6, window.end().toEpochMilli());
        }
        case Step.Bounded(Window window) -> window(statement, 3, window);
        case Step.Put(Money settled) -> statement.setLong(3, settled.nanos());
        case Step.Spent _ -> throw new IllegalArgumentException("what is spent is written above");
      }
      statement.executeUpdate();
    }
  }

  private static String sql(Step step) {
    return switch (step) {
      case Step.Spent _ -> SPENT;
      case Step.Rolled _ -> ROLLED;
      case Step.Bounded _ -> BOUNDED;
      case Step.Put _ -> PUT;
    };
  }

  private static void name(PreparedStatement statement, Change change) throws SQLException {
    statement.setString(1, change.kind().word());
    statement.setString(2, change.id());
  }

  private static void window(PreparedStatement statement, int at, @Nullable Window window)
      throws SQLException {
    statement.setString(at, window == null ? null : window.duration());
    if (window == null) {
      statement.setNull(at + 1, Types.BIGINT);
    } else {
      statement.setLong(at + 1, window.end().toEpochMilli());
    }
  }
}
