package dev.tollgate.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Endpoints of the operator's in the table {@code pass_through_endpoint}. Thread-safe. */
public final class SqlEndpointStore {
  private final Database database;

  /**
   * One endpoint.
   *
   * @param path where it is served; of one path there is one
   * @param sealed what it is, unreadable without the gateway's secret
   */
  public record Row(String id, String path, String sealed) {}

  public SqlEndpointStore(Database database) {
    this.database = database;
  }

  /** All of them, in the order of their paths. */
  public List<Row> all() {
    return database.readLatest(
        "select id, path, sealed from pass_through_endpoint order by path",
        row -> new Row(row.getString("id"), row.getString("path"), row.getString("sealed")));
  }

  /**
   * Makes one, or puts it in the place of the one with its id.
   *
   * @return whether its path was free; else all stays as it is
   */
  public boolean put(Row row) {
    try {
      database.change(
          handle -> {
            Connection connection = handle.getConnection();
            delete(connection, row.id());
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "insert into pass_through_endpoint (id, path, sealed) values (?, ?, ?)"
                        + " on conflict do nothing")) {
              insert.setString(1, row.id());
              insert.setString(2, row.path());
              insert.setString(3, row.sealed());
              if (insert.executeUpdate() == 0) {
                throw new TakenPath();
              }
            }
            database.announce(handle, new Notice.EndpointsChanged());
          });
      return true;
    } catch (TakenPath _) {
      return false;
    }
  }

  /** Deletes one; whether there was one. */
  public boolean delete(String id) {
    return database.write(
        handle -> {
          boolean there = delete(handle.getConnection(), id) == 1;
          database.announce(handle, new Notice.EndpointsChanged());
          return there;
        });
  }

  private static int delete(Connection connection, String id) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from pass_through_endpoint where id = ?")) {
      delete.setString(1, id);
      return delete.executeUpdate();
    }
  }

  /** Takes the transaction back. */
  private static final class TakenPath extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TakenPath() {
      super(null, null, false, false);
    }
  }
}
