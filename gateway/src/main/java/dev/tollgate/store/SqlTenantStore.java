package dev.tollgate.store;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Deleted;
import dev.tollgate.access.StaleException;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.TenantStore;
import dev.tollgate.model.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Tenants in the table {@code tenant}. Thread-safe. */
public final class SqlTenantStore implements TenantStore {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

  static final String COLUMNS =
      """
      kind, id, version, alias, parent_id, member_id, budget_id, role, models, blocked,
        max_budget_nanos, budget_duration, budget_reset_at, rpm_limit, tpm_limit,
        max_parallel_requests, metadata, extras, created_at, created_by, updated_at, updated_by
      """;

  static final String VALUES =
      """
      :kind, :id, :version, :alias, :parentId, :memberId, :budgetId, :role, :models, :blocked,
        :maxBudget, :budgetDuration, :budgetResetAt, :rpm, :tpm, :parallel, :metadata, :extras,
        :createdAt, :createdBy, :updatedAt, :updatedBy
      """;

  private static final String INSERT =
      "insert into tenant (" + COLUMNS + ") values (" + VALUES + ") on conflict do nothing";

  private static final String REPLACE =
      """
      update tenant set version = :version, alias = :alias, parent_id = :parentId,
        member_id = :memberId, budget_id = :budgetId, role = :role, models = :models,
        blocked = :blocked, max_budget_nanos = :maxBudget, budget_duration = :budgetDuration,
        budget_reset_at = :budgetResetAt, rpm_limit = :rpm, tpm_limit = :tpm,
        max_parallel_requests = :parallel, metadata = :metadata, extras = :extras,
        created_at = :createdAt, created_by = :createdBy, updated_at = :updatedAt,
        updated_by = :updatedBy
      where kind = :kind and id = :id and version = :version - 1
      """;

  private static final String DELETE =
      "delete from tenant where kind = :kind and id = :id and version = :version";

  private final Database database;

  public SqlTenantStore(Database database) {
    this.database = database;
  }

  @Override
  public List<Tenant> all() {
    return database.read("select * from tenant", SqlTenantStore::read);
  }

  @Override
  public List<Tenant> find(Collection<Tenant.Ref> refs) {
    return database.readLatest(
        handle -> {
          List<Tenant> found = new ArrayList<>();
          for (Tenant.Ref ref : refs) {
            handle
                .createQuery("select * from tenant where kind = :kind and id = :id")
                .bind("kind", ref.kind().word())
                .bind("id", ref.id())
                .map((row, _) -> read(row))
                .findOne()
                .ifPresent(found::add);
          }
          return found;
        });
  }

  @Override
  public void apply(Batch batch) {
    database.change(
        handle -> {
          for (Tenant made : batch.made()) {
            one(made, bind(handle.createUpdate(INSERT), made).execute());
          }
          for (Tenant changed : batch.changed()) {
            one(changed, bind(handle.createUpdate(REPLACE), changed).execute());
          }
          var deletion = new DeletedRows.Deletion(batch.now(), batch.by(), batch.accountsKept());
          if (!batch.deleted().isEmpty() || !batch.keysDeleted().isEmpty()) {
            DeletedRows.forget(handle, deletion);
          }
          for (Tenant gone : batch.deleted()) {
            one(gone, delete(handle, gone));
            DeletedRows.keep(handle, gone, deletion);
          }
          // First, so that a key can take over the alias of the one that it replaces.
          SqlKeyStore.delete(database, handle, batch.keysDeleted(), deletion);
          batch.keysMade().forEach(key -> SqlKeyStore.insert(database, handle, key));
          for (List<Tenant> written : List.of(batch.made(), batch.changed(), batch.deleted())) {
            for (Tenant tenant : written) {
              database.announce(handle, new Notice.TenantChanged(tenant.ref()));
            }
          }
        });
  }

  private static void one(Tenant tenant, int rows) {
    if (rows != 1) {
      throw new StaleException(tenant.ref());
    }
  }

  private static int delete(Handle handle, Tenant tenant) {
    return handle
        .createUpdate(DELETE)
        .bind("kind", tenant.ref().kind().word())
        .bind("id", tenant.id())
        .bind("version", tenant.version())
        .execute();
  }

  @Override
  public List<Deleted<Tenant>> deletedTeams(Predicate<Tenant> fits) {
    return DeletedRows.teams(database, fits);
  }

  static <S extends SqlStatement<S>> S bind(S statement, Tenant tenant) {
    Tenant.Terms terms = tenant.terms();
    Allowance allowance = terms.allowance();
    Money maxBudget = allowance.maxBudget();
    return statement
        .bind("kind", tenant.ref().kind().word())
        .bind("id", tenant.id())
        .bind("version", tenant.version())
        .bind("alias", terms.alias())
        .bind("parentId", terms.parentId())
        .bind("memberId", terms.memberId())
        .bind("budgetId", terms.budgetId())
        .bind("role", terms.role())
        .bind("models", JSON.writeValueAsString(terms.models()))
        .bind("blocked", terms.blocked())
        .bind("maxBudget", maxBudget == null ? null : maxBudget.nanos())
        .bind("budgetDuration", allowance.budgetDuration())
        .bind("budgetResetAt", SqlKeyStore.millis(allowance.budgetResetAt()))
        .bind("rpm", allowance.requestsPerMinute())
        .bind("tpm", allowance.tokensPerMinute())
        .bind("parallel", allowance.parallelRequests())
        .bind("metadata", terms.metadata())
        .bind("extras", terms.extras())
        .bind("createdAt", tenant.createdAt().toEpochMilli())
        .bind("createdBy", tenant.createdBy())
        .bind("updatedAt", tenant.updatedAt().toEpochMilli())
        .bind("updatedBy", tenant.updatedBy());
  }

  static Tenant read(ResultSet row) throws SQLException {
    Long maxBudget = SqlKeyStore.number(row, "max_budget_nanos");
    return new Tenant(
        new Tenant.Ref(kind(row.getString("kind")), row.getString("id")),
        row.getLong("version"),
        new Tenant.Terms(
            row.getString("alias"),
            row.getString("parent_id"),
            row.getString("member_id"),
            row.getString("budget_id"),
            row.getString("role"),
            JSON.readValue(row.getString("models"), STRINGS),
            row.getBoolean("blocked"),
            new Allowance(
                maxBudget == null ? null : Money.ofNanos(maxBudget),
                row.getString("budget_duration"),
                SqlKeyStore.moment(row, "budget_reset_at"),
                SqlKeyStore.number(row, "rpm_limit"),
                SqlKeyStore.number(row, "tpm_limit"),
                SqlKeyStore.number(row, "max_parallel_requests")),
            row.getString("metadata"),
            row.getString("extras")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"),
        Instant.ofEpochMilli(row.getLong("updated_at")),
        row.getString("updated_by"));
  }

  static Tenant.Kind kind(String word) {
    for (Tenant.Kind kind : Tenant.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalStateException(
        "tenant has a row of kind '" + word + "', which this version does not know");
  }
}
