package dev.tollgate.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings a database's schema up to date. The folder {@code migration} is for both databases, {@code
 * sqlite} and {@code postgresql} are for one each.
 */
final class Schema {
  /** Version of the newest migration; a test holds it to the files. */
  static final int VERSION = 12;

  private static final String FOLDER = "classpath:dev/tollgate/store/";

  private Schema() {}

  /**
   * Runs the migrations that are missing. Most starts find none, and then Flyway is not even
   * loaded: it would be the greatest part of the time to the first answer. Flyway's lock lets one
   * of several nodes that start at once do the work, while the others wait.
   *
   * @param patient connections on which a statement may take as long as it takes
   */
  static void migrate(DataSource source, DataSource patient) {
    if (!isCurrent(source)) {
      String product = product(source);
      Flyway.configure(Schema.class.getClassLoader())
          .dataSource(patient)
          .locations(FOLDER + "migration", FOLDER + product)
          // SQLite keeps a table by its key itself when told so, PostgreSQL never does.
          .placeholders(Map.of("clustered", product.equals("sqlite") ? " without rowid" : ""))
          .load()
          .migrate();
    }
  }

  private static String product(DataSource source) {
    try (Connection connection = source.getConnection()) {
      return connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
    } catch (SQLException failed) {
      throw new IllegalStateException("the database does not answer: " + failed, failed);
    }
  }

  /** Whether Flyway's own history has exactly the versions that there are, all of them done. */
  static boolean isCurrent(DataSource source) {
    Set<Integer> missing = new HashSet<>();
    for (int version = 1; version <= VERSION; version++) {
      missing.add(version);
    }
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select version, success from flyway_schema_history where version is not null")) {
      while (rows.next()) {
        if (!rows.getBoolean("success") || !missing.remove(rows.getInt("version"))) {
          return false;
        }
      }
      return missing.isEmpty();
    } catch (SQLException _) {
      // A new database has no history; if anything else is wrong, Flyway says it best.
      return false;
    }
  }
}
