package dev.tollgate.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of a PostgreSQL server, and its connections. Thread-safe. */
final class PostgresServer {
  /** A server that is away is not waited for: calls are served without it, the rest fails. */
  private static final Duration WAIT = Duration.ofSeconds(3);

  /** One that does not say a word in the midst of a statement is away, too. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  /**
   * Lets the server plan a query for what it asks. Of one that comes often the driver makes a
   * statement that the server plans once for all values: the plan for one tag's days read all the
   * sums of the tag to show fifty (250 ms for 30), and counted by the widest index.
   */
  static final StatementCustomizer PLANNED_EACH_TIME =
      new StatementCustomizer() {
        @Override
        public void beforeExecution(PreparedStatement statement, StatementContext context)
            throws SQLException {
          statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
      };

  private static final int CONNECTIONS_MAX = 10;
  private static final String SOCKET_TIMEOUT = "socketTimeout";

  private final PostgresUrl address;

  PostgresServer(PostgresUrl address) {
    this.address = address;
  }

  HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setPoolName("postgres");
    config.setJdbcUrl(address.jdbcUrl());
    if (address.user() != null) {
      config.setUsername(address.user());
    }
    if (address.password() != null) {
      config.setPassword(address.password());
    }
    properties(null).forEach(config::addDataSourceProperty);
    Integer connections = address.connectionsMax();
    config.setMaximumPoolSize(connections == null ? CONNECTIONS_MAX : connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT.toMillis());
    config.setValidationTimeout(WAIT.toMillis());
    return new HikariDataSource(config);
  }

  /** A connection of its own for each user. */
  DataSource unpooled() {
    return unpooled(null);
  }

  /** The same for what may take long: a migration may make indexes of millions of rows. */
  DataSource patient() {
    return unpooled("0");
  }

  private DataSource unpooled(@Nullable String silence) {
    try {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(address.jdbcUrl());
      for (Map.Entry<String, String> property : properties(silence).entrySet()) {
        source.setProperty(property.getKey(), property.getValue());
      }
      if (address.user() != null) {
        source.setUser(address.user());
      }
      source.setPassword(address.password());
      return source;
    } catch (SQLException failed) {
      throw new IllegalArgumentException(failed.getMessage(), failed);
    }
  }

  /**
   * The driver's properties.
   *
   * @param silence seconds in place of the usual; null for those
   */
  private Map<String, String> properties(@Nullable String silence) {
    Map<String, String> properties = new HashMap<>();
    properties.put("connectTimeout", Long.toString(WAIT.toSeconds()));
    properties.put(SOCKET_TIMEOUT, Long.toString(SILENCE.toSeconds()));
    properties.putAll(address.properties());
    if (silence != null) {
      properties.put(SOCKET_TIMEOUT, silence);
    }
    return properties;
  }
}
