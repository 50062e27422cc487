package dev.tollgate.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database's schema up to date. */
final class Schema {
  private Schema() {}

  static void migrate(DataSource source) {
    Flyway.configure(Schema.class.getClassLoader())
        .dataSource(source)
        .locations("classpath:dev/tollgate/store/migration")
        .load()
        .migrate();
  }
}
