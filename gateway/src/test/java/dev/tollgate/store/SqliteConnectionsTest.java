package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What is lent is lent to one, comes back clean, and is closed in the end. */
class SqliteConnectionsTest {
  @TempDir Path folder;
  private SQLiteDataSource source;

  @BeforeEach
  void makeFile() throws SQLException {
    source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("t.db"));
    try (Connection connection = source.getConnection()) {
      run(connection, "create table t (n integer)");
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from t")) {
      return rows.getInt(1);
    }
  }

  @Test
  void oneThatComesBackIsLentAgain() throws Exception {
    try (var connections = new SqliteConnections(source, 2, false)) {
      Connection first = connections.lend();
      Connection second = connections.lend();
      assertThat(second).isNotSameAs(first);
      connections.giveBack(first);
      assertThat(connections.lend()).isSameAs(first);
      connections.giveBack(first);
      connections.giveBack(second);
    }
  }

  @Test
  void whoComesTooManyWaitsForOneAndNotForEver() throws Exception {
    try (var connections = new SqliteConnections(source, 1, false)) {
      Connection only = connections.lend();
      CompletableFuture<Connection> next = lent(connections);
      assertThatThrownBy(() -> lent(connections).get(20, TimeUnit.SECONDS))
          .rootCause()
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessage("all 1 connections were in use for 5 s");
      assertThatThrownBy(next::join).rootCause().hasMessageContaining("in use for 5 s");
      CompletableFuture<Connection> patient = lent(connections);
      assertThatThrownBy(() -> patient.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      connections.giveBack(only);
      assertThat(patient.get(20, TimeUnit.SECONDS)).isSameAs(only);
      connections.giveBack(only);
    }
  }

  private static CompletableFuture<Connection> lent(SqliteConnections connections) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return connections.lend();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aTransactionIsWholeOrUndone() throws Exception {
    try (var connections = new SqliteConnections(source, 1, false)) {
      assertThat(
              connections.<Integer>transaction(
                  connection -> {
                    run(connection, "insert into t values (1)");
                    return rows(connection);
                  }))
          .isEqualTo(1);
      assertThatThrownBy(
              () ->
                  connections.transaction(
                      connection -> {
                        run(connection, "insert into t values (2)");
                        throw new IllegalStateException("in the middle");
                      }))
          .hasMessage("in the middle");
      assertThat(connections.<Integer>use(SqliteConnectionsTest::rows)).isEqualTo(1);
      assertThat(connections.<Boolean>use(Connection::getAutoCommit)).isTrue();
    }
  }

  @Test
  void whatIsLeftOpenIsUndoneWhenItComesBack() throws Exception {
    try (var connections = new SqliteConnections(source, 1, false)) {
      Connection lent = connections.lend();
      lent.setAutoCommit(false);
      run(lent, "insert into t values (1)");
      connections.giveBack(lent);
      assertThat(connections.<Integer>use(SqliteConnectionsTest::rows)).isZero();
    }
  }

  @Test
  void oneThatWasClosedIsNotLentAgain() throws Exception {
    try (var connections = new SqliteConnections(source, 1, false)) {
      Connection lent = connections.lend();
      lent.close();
      connections.giveBack(lent);
      assertThat(connections.<Integer>use(SqliteConnectionsTest::rows)).isZero();
    }
  }

  @Test
  void anInterruptedThreadGetsOneThatIsFreeAndWaitsForNone() throws Exception {
    try (var connections = new SqliteConnections(source, 1, false)) {
      Thread.currentThread().interrupt();
      Connection free = connections.lend();
      assertThatThrownBy(connections::lend).hasMessage("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      connections.giveBack(free);
      assertThat(connections.<Integer>use(SqliteConnectionsTest::rows)).isZero();
    }
  }

  @Test
  void readersCannotWrite() throws Exception {
    try (var connections = new SqliteConnections(source, 1, true)) {
      assertThatThrownBy(
              () ->
                  connections.use(
                      connection -> {
                        run(connection, "insert into t values (1)");
                        return true;
                      }))
          .hasMessageContaining("SQLITE_READONLY");
    }
  }

  @Test
  void afterTheEndNothingIsLentAndWhatComesBackIsClosed() throws Exception {
    var connections = new SqliteConnections(source, 2, false);
    Connection lent = connections.lend();
    Connection idle = connections.lend();
    connections.giveBack(idle);
    connections.close();
    assertThat(idle.isClosed()).isTrue();
    assertThat(lent.isClosed()).isFalse();
    assertThatThrownBy(connections::lend).hasMessage("the database is closed");
    connections.giveBack(lent);
    assertThat(lent.isClosed()).isTrue();
  }
}
