package dev.tollgate.store;

import dev.tollgate.ledger.EstimateStore.Learned;
import dev.tollgate.model.Operation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of {@code estimate}. Stateless. */
final class EstimateRows {
  private static final String SAVE =
      """
      insert into estimate
        (deployment, model, operation, output_sizes, input_ratios, calls, learned_at)
      values (?, ?, ?, ?, ?, ?, ?)
      on conflict (deployment, model, operation) do update
        set output_sizes = excluded.output_sizes, input_ratios = excluded.input_ratios,
          calls = excluded.calls, learned_at = excluded.learned_at
        where excluded.calls > estimate.calls
      """;

  private static final Map<String, Operation> OPERATIONS =
      Stream.of(Operation.values()).collect(Collectors.toMap(Operation::word, each -> each));

  private EstimateRows() {}

  /** Plain numbers in the text of the query: a start makes no statement with parameters. */
  static List<Learned> read(Database database, Instant since, int most) {
    String sql =
        "select * from estimate where learned_at >= "
            + since.toEpochMilli()
            + " order by learned_at desc limit "
            + most;
    List<Learned> found = new ArrayList<>();
    database.each(
        sql,
        row -> {
          Operation operation = OPERATIONS.get(row.getString("operation"));
          if (operation != null) { // else it is of a newer version
            found.add(learned(row, operation));
          }
        });
    return found;
  }

  private static Learned learned(ResultSet row, Operation operation) throws SQLException {
    return new Learned(
        row.getString("deployment"),
        row.getString("model"),
        operation,
        row.getString("output_sizes"),
        row.getString("input_ratios"),
        row.getLong("calls"),
        Instant.ofEpochMilli(row.getLong("learned_at")));
  }

  static void save(Connection connection, List<Learned> all, Instant oldest) throws SQLException {
    try (PreparedStatement forget =
        connection.prepareStatement("delete from estimate where learned_at < ?")) {
      forget.setLong(1, oldest.toEpochMilli());
      forget.executeUpdate();
    }
    try (PreparedStatement save = connection.prepareStatement(SAVE)) {
      for (Learned each : all) {
        save.setString(1, each.deployment());
        save.setString(2, each.model());
        save.setString(3, each.operation().word());
        save.setString(4, each.outputs());
        save.setString(5, each.inputRatios());
        save.setLong(6, each.calls());
        save.setLong(7, each.at().toEpochMilli());
        save.addBatch();
      }
      save.executeBatch();
    }
  }
}
