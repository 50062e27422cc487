package dev.tollgate.store;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyLines;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.KeyStore;
import dev.tollgate.access.TakenException;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.model.Money;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Keys in the table {@code virtual_key}. Thread-safe. */
public final class SqlKeyStore implements KeyStore {
  /** A statement has room for so many values on every database. */
  private static final int DELETED_AT_ONCE = 500;

  private static final String UNIQUE_VIOLATION = "23505";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> STRING_MAP = new TypeReference<>() {};

  static final String COLUMNS =
      """
      hash, name, version, key_alias, user_id, team_id, models, aliases, allowed_routes,
        max_budget_nanos, budget_duration, budget_reset_at, rpm_limit, tpm_limit,
        max_parallel_requests, expires, blocked, key_type, estimated_output_tokens, budget_strict,
        metadata, extras, created_at, created_by, updated_at, updated_by, settings_updated_at
      """;

  static final String VALUES =
      """
      :hash, :name, :version, :alias, :userId, :teamId, :models, :aliases, :allowedRoutes,
        :maxBudget, :budgetDuration, :budgetResetAt, :rpm, :tpm, :parallel, :expires, :blocked,
        :keyType, :estimatedOutputTokens, :strict, :metadata, :extras, :createdAt, :createdBy,
        :updatedAt, :updatedBy, :settingsUpdatedAt
      """;

  private static final String INSERT =
      "insert into virtual_key (" + COLUMNS + ") values (" + VALUES + ") on conflict do nothing";

  private static final String REPLACE =
      """
      update virtual_key set version = :version, key_alias = :alias, user_id = :userId,
        team_id = :teamId, models = :models, aliases = :aliases, allowed_routes = :allowedRoutes,
        max_budget_nanos = :maxBudget, budget_duration = :budgetDuration,
        budget_reset_at = :budgetResetAt, rpm_limit = :rpm, tpm_limit = :tpm,
        max_parallel_requests = :parallel, expires = :expires, blocked = :blocked,
        key_type = :keyType, estimated_output_tokens = :estimatedOutputTokens,
        budget_strict = :strict, metadata = :metadata, extras = :extras, updated_at = :updatedAt,
        updated_by = :updatedBy, settings_updated_at = :settingsUpdatedAt
      where hash = :hash and version = :versionBefore
      """;

  /**
   * All keys in a line each, as {@code KeyLines} wants them: when it was made, its own fields, and
   * those that it may have in common with others. To read a million of them column by column takes
   * five times as long. Null is empty, so a text that may be null has a mark before it.
   */
  private static final String LINES =
      """
      select hash, concat_ws('SEPARATOR', created_at, coalesce('=' || user_id, ''),
        coalesce('=' || team_id, ''), coalesce('=' || key_alias, ''), name, version,
        coalesce(cast(nullif(updated_at, created_at) as text), ''),
        coalesce(cast(settings_updated_at as text), ''), coalesce(cast(expires as text), ''),
        coalesce(cast(budget_reset_at as text), ''),
        extras, models, aliases, allowed_routes, coalesce(cast(max_budget_nanos as text), ''),
        coalesce('=' || budget_duration, ''), coalesce(cast(rpm_limit as text), ''),
        coalesce(cast(tpm_limit as text), ''), coalesce(cast(max_parallel_requests as text), ''),
        coalesce(cast(blocked as text), ''), coalesce('=' || key_type, ''),
        coalesce(cast(estimated_output_tokens as text), ''), cast(budget_strict as text), metadata,
        created_by, updated_by)
      from virtual_key
      """
          .replace("SEPARATOR", String.valueOf(KeyLines.SEPARATOR));

  /** Rows that are handed over together. */
  private static final int HANDED_AT_ONCE = 1_000;

  private final Database database;

  public SqlKeyStore(Database database) {
    this.database = database;
  }

  @Override
  public void each(Consumer<List<KeyRow>> taker) {
    KeyLines lines = new KeyLines();
    List<KeyRow> rows = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    database.each(
        LINES,
        row -> {
          byte[] hash = row.getBytes(1);
          KeyRow key = lines.read(hash, row.getBytes(2));
          if (key == null) {
            odd.add(new String(hash, StandardCharsets.UTF_8));
            return;
          }
          rows.add(key);
          if (rows.size() == HANDED_AT_ONCE) {
            taker.accept(List.copyOf(rows));
            rows.clear();
          }
        });
    odd.forEach(hash -> find(hash).map(KeyRow::of).ifPresent(rows::add));
    taker.accept(rows);
  }

  @Override
  public Optional<VirtualKey> find(String hash) {
    return database.read(
        handle ->
            handle
                .createQuery("select * from virtual_key where hash = :hash")
                .bind("hash", hash)
                .map((row, _) -> read(row))
                .findOne());
  }

  @Override
  public void insert(VirtualKey key) {
    database.change(handle -> insert(database, handle, key));
  }

  /** Adds a key in a transaction that is under way. */
  static void insert(Database database, Handle handle, VirtualKey key) {
    if (bind(handle.createUpdate(INSERT), key).execute() == 0) {
      throw new TakenException(
          isHash(handle, key.hash()) ? TakenException.Field.KEY : TakenException.Field.ALIAS);
    }
    database.announce(handle, new Notice.KeyChanged(key.hash()));
  }

  @Override
  public boolean replace(VirtualKey key, long versionBefore) {
    try {
      return database.write(
          handle -> {
            database.announce(handle, new Notice.KeyChanged(key.hash()));
            return bind(handle.createUpdate(REPLACE), key)
                    .bind("versionBefore", versionBefore)
                    .execute()
                == 1;
          });
    } catch (UnableToExecuteStatementException e) {
      // The alias is the only thing that has to be unique and that an update can change.
      if (isUniqueViolation(e.getCause())) {
        throw new TakenException(TakenException.Field.ALIAS);
      }
      throw e;
    }
  }

  @Override
  public Map<String, Long> delete(Collection<String> hashes, Instant now, String by) {
    if (hashes.isEmpty()) {
      return Map.of();
    }
    var deletion = new DeletedRows.Deletion(now, by, Set.of());
    return database.write(
        handle -> {
          DeletedRows.forget(handle, deletion);
          return delete(database, handle, hashes, deletion);
        });
  }

  /** Removes keys in a transaction that is under way. */
  static Map<String, Long> delete(
      Database database, Handle handle, Collection<String> hashes, DeletedRows.Deletion deletion) {
    Map<String, Long> versions = new HashMap<>();
    List<String> left = List.copyOf(hashes);
    for (int from = 0; from < left.size(); from += DELETED_AT_ONCE) {
      List<VirtualKey> deleted =
          handle
              .createQuery("delete from virtual_key where hash in (<hashes>) returning *")
              .bindList("hashes", left.subList(from, Math.min(left.size(), from + DELETED_AT_ONCE)))
              .map((row, _) -> read(row))
              .list();
      for (VirtualKey key : deleted) {
        DeletedRows.keep(handle, key, deletion);
        versions.put(key.hash(), key.version());
        database.announce(handle, new Notice.KeyChanged(key.hash()));
      }
    }
    return versions;
  }

  @Override
  public List<Deleted<KeyRow>> deleted(Predicate<KeyRow> fits) {
    return DeletedRows.keys(database, fits);
  }

  private static boolean isHash(Handle handle, String hash) {
    return handle
        .createQuery("select 1 from virtual_key where hash = :hash")
        .bind("hash", hash)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static boolean isUniqueViolation(@Nullable Throwable cause) {
    if (cause instanceof SQLiteException sqlite) {
      return sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE;
    }
    return cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState());
  }

  static <S extends SqlStatement<S>> S bind(S statement, VirtualKey key) {
    VirtualKey.Terms terms = key.terms();
    Money maxBudget = terms.maxBudget();
    return statement
        .bind("hash", key.hash())
        .bind("name", key.name())
        .bind("version", key.version())
        .bind("alias", terms.alias())
        .bind("userId", terms.userId())
        .bind("teamId", terms.teamId())
        .bind("models", JSON.writeValueAsString(terms.models()))
        .bind("aliases", JSON.writeValueAsString(terms.aliases()))
        .bind("allowedRoutes", JSON.writeValueAsString(terms.allowedRoutes()))
        .bind("maxBudget", maxBudget == null ? null : maxBudget.nanos())
        .bind("budgetDuration", terms.budgetDuration())
        .bind("budgetResetAt", millis(terms.budgetResetAt()))
        .bind("rpm", terms.requestsPerMinute())
        .bind("tpm", terms.tokensPerMinute())
        .bind("parallel", terms.parallelRequests())
        .bind("expires", millis(terms.expires()))
        .bind("blocked", terms.blocked())
        .bind("keyType", terms.keyType())
        .bind("estimatedOutputTokens", terms.estimatedOutputTokens())
        .bind("strict", terms.strict())
        .bind("metadata", terms.metadata())
        .bind("extras", terms.extras())
        .bind("createdAt", key.createdAt().toEpochMilli())
        .bind("createdBy", key.createdBy())
        .bind("updatedAt", key.updatedAt().toEpochMilli())
        .bind("updatedBy", key.updatedBy())
        .bind("settingsUpdatedAt", millis(key.settingsUpdatedAt()));
  }

  static VirtualKey read(ResultSet row) throws SQLException {
    Long maxBudget = number(row, "max_budget_nanos");
    return new VirtualKey(
        row.getString("hash"),
        row.getString("name"),
        row.getLong("version"),
        new VirtualKey.Terms(
            row.getString("key_alias"),
            row.getString("user_id"),
            row.getString("team_id"),
            JSON.readValue(row.getString("models"), STRINGS),
            JSON.readValue(row.getString("aliases"), STRING_MAP),
            JSON.readValue(row.getString("allowed_routes"), STRINGS),
            maxBudget == null ? null : Money.ofNanos(maxBudget),
            row.getString("budget_duration"),
            moment(row, "budget_reset_at"),
            number(row, "rpm_limit"),
            number(row, "tpm_limit"),
            number(row, "max_parallel_requests"),
            moment(row, "expires"),
            flag(row, "blocked"),
            row.getString("key_type"),
            number(row, "estimated_output_tokens"),
            row.getBoolean("budget_strict"),
            row.getString("metadata"),
            row.getString("extras")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"),
        Instant.ofEpochMilli(row.getLong("updated_at")),
        row.getString("updated_by"),
        moment(row, "settings_updated_at"));
  }

  static @Nullable Long millis(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli();
  }

  static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
    Long value = number(row, column);
    return value == null ? null : Instant.ofEpochMilli(value);
  }

  private static @Nullable Boolean flag(ResultSet row, String column) throws SQLException {
    boolean value = row.getBoolean(column);
    return row.wasNull() ? null : value;
  }
}
