package dev.tollgate.store;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.VirtualKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/** Deleted keys and teams as they were, for a year. */
final class DeletedRows {
  private static final Duration KEPT = Duration.ofDays(365);

  private static final String KEEP_KEY =
      "insert into deleted_virtual_key ("
          + SqlKeyStore.COLUMNS
          + ", deleted_at, deleted_by, replaced) values ("
          + SqlKeyStore.VALUES
          + ", :deletedAt, :deletedBy, :replaced)";

  private static final String KEEP_TEAM =
      "insert into deleted_team ("
          + SqlTenantStore.COLUMNS
          + ", deleted_at, deleted_by) values ("
          + SqlTenantStore.VALUES
          + ", :deletedAt, :deletedBy)";

  private static final String KEYS =
      "select * from deleted_virtual_key where not replaced order by deleted_at desc, hash limit "
          + Deleted.LISTED_MAX;

  private static final String TEAMS =
      "select * from deleted_team order by deleted_at desc, id limit " + Deleted.LISTED_MAX;

  private DeletedRows() {}

  /**
   * When something is deleted, and by whom.
   *
   * @param accountsKept accounts whose key only gets another secret
   */
  record Deletion(Instant now, String by, Set<String> accountsKept) {}

  static void keep(Handle handle, VirtualKey key, Deletion deletion) {
    SqlKeyStore.bind(handle.createUpdate(KEEP_KEY), key)
        .bind("deletedAt", deletion.now().toEpochMilli())
        .bind("deletedBy", deletion.by())
        .bind("replaced", deletion.accountsKept().contains(key.account()))
        .execute();
  }

  /** Keeps a team; of others nobody asks. */
  static void keep(Handle handle, Tenant tenant, Deletion deletion) {
    if (tenant.ref().kind() == Tenant.Kind.TEAM) {
      SqlTenantStore.bind(handle.createUpdate(KEEP_TEAM), tenant)
          .bind("deletedAt", deletion.now().toEpochMilli())
          .bind("deletedBy", deletion.by())
          .execute();
    }
  }

  /** Drops what was deleted so long ago that nobody asks for it any more. */
  static void forget(Handle handle, Deletion deletion) {
    for (String table : List.of("deleted_virtual_key", "deleted_team")) {
      handle
          .createUpdate("delete from " + table + " where deleted_at < :before")
          .bind("before", deletion.now().minus(KEPT).toEpochMilli())
          .execute();
    }
  }

  static List<Deleted<KeyRow>> keys(Database database, Predicate<KeyRow> fits) {
    return fitting(database, KEYS, row -> KeyRow.of(SqlKeyStore.read(row)), fits);
  }

  static List<Deleted<Tenant>> teams(Database database, Predicate<Tenant> fits) {
    return fitting(database, TEAMS, SqlTenantStore::read, fits);
  }

  /** What does not fit is never held: each may have some hundred kilobytes, and many may ask. */
  private static <T> List<Deleted<T>> fitting(
      Database database, String sql, Database.RowReader<T> reader, Predicate<T> fits) {
    List<Deleted<T>> found = new ArrayList<>();
    database.each(
        sql,
        row -> {
          T was = reader.read(row);
          if (fits.test(was)) {
            found.add(
                new Deleted<>(
                    was,
                    Instant.ofEpochMilli(row.getLong("deleted_at")),
                    row.getString("deleted_by")));
          }
        });
    return found;
  }
}
