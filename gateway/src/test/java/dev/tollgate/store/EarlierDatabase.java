package dev.tollgate.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/** A database as an earlier version left it, opened by this one. */
final class EarlierDatabase {
  private EarlierDatabase() {}

  /**
   * A file of SQLite's.
   *
   * @param version that of the last migration it has seen
   * @param left what that version wrote
   */
  static Database sqlite(Path folder, String version, Consumer<Handle> left) {
    Path file = folder.resolve("tollgate.db");
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    leave(source, "sqlite", version, left);
    return Database.sqlite(file);
  }

  /** The same on a server. */
  static Database postgres(OwnPostgres server, String version, Consumer<Handle> left) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(server.jdbc());
    source.setUser("tollgate");
    leave(source, "postgresql", version, left);
    return Database.postgres(server.url());
  }

  private static void leave(
      DataSource source, String product, String version, Consumer<Handle> left) {
    String folder = "classpath:dev/tollgate/store/";
    Flyway.configure()
        .dataSource(source)
        .locations(folder + "migration", folder + product)
        .placeholders(Map.of("clustered", product.equals("sqlite") ? " without rowid" : ""))
        .target(version)
        .load()
        .migrate();
    Jdbi.create(source).useHandle(left::accept);
  }
}
