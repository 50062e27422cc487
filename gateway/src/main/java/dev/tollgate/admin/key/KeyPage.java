package dev.tollgate.admin.key;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyOrder;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Selection;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenants;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One page of {@code /key/list}. */
record KeyPage(
    int page,
    int size,
    boolean full,
    boolean withUsers,
    boolean deleted,
    Predicate<KeyRow> fits,
    KeyOrder order) {
  private static final int SIZE = 10;
  private static final int SIZE_MAX = 100;

  static KeyPage of(Query query, Balances balances, Predicate<KeyRow> visible, Tenants tenants) {
    String expanded = Parameters.text(query, "expand");
    if (expanded != null && !expanded.equals("user")) {
      throw RefusedException.badRequest("expand has to be user", "expand");
    }
    return new KeyPage(
        Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE),
        Parameters.number(query, "size", SIZE, 1, SIZE_MAX),
        expanded != null || Parameters.flag(query, "return_full_object", false),
        expanded != null,
        Parameters.isDeleted(query),
        fits(query, tenants).and(visible),
        order(query, balances));
  }

  ObjectNode answer(Keys keys, KeyView view, Tenants tenants) {
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("keys");
    if (deleted) {
      Selection<Deleted<KeyRow>> found = found(keys.deleted(fits));
      for (Deleted<KeyRow> gone : found.rows()) {
        ObjectNode shown = add(rows, gone.row(), view, tenants);
        if (shown != null) {
          shown.put("deleted_at", Moments.text(gone.at(), "+00:00"));
          shown.put("deleted_by", gone.by());
        }
      }
      return counted(body, found.total());
    }
    Selection<KeyRow> found = keys.page(fits, order, (page - 1L) * size, size);
    found.rows().forEach(row -> add(rows, row, view, tenants));
    return counted(body, found.total());
  }

  @SuppressWarnings("unchecked") // an array of one type, since Java makes none of a generic one
  private Selection<Deleted<KeyRow>> found(List<Deleted<KeyRow>> all) {
    Deleted<KeyRow>[] found = all.toArray(Deleted[]::new);
    return Selection.of(
        found, Comparator.comparing(Deleted::row, order.comparator()), (page - 1L) * size, size);
  }

  /** Adds a key; as an object where it is shown in full. */
  private @Nullable ObjectNode add(ArrayNode rows, KeyRow row, KeyView view, Tenants tenants) {
    if (!full) {
      rows.add(row.hash());
      return null;
    }
    ObjectNode listed = view.listed(row.key());
    if (withUsers) {
      listed.set("user", user(tenants, row.userId()));
    }
    rows.add(listed);
    return listed;
  }

  private ObjectNode counted(ObjectNode body, int total) {
    return body.put("total_count", total)
        .put("current_page", page)
        .put("total_pages", (total + size - 1) / size);
  }

  private static @Nullable ObjectNode user(Tenants tenants, @Nullable String id) {
    Tenant user = id == null ? null : tenants.find(Kind.USER, id).orElse(null);
    return user == null
        ? null
        : Json.object()
            .put("user_id", user.id())
            .put("user_alias", user.terms().alias())
            .put("user_email", Json.read(user.terms().extras()).path("user_email").asString(null))
            .put("user_role", user.terms().role());
  }

  /**
   * Keys of a user; where the request wants them too, also those that the user made, and those of
   * the teams that the user manages.
   */
  private static Predicate<KeyRow> ofUser(Query query, Tenants tenants) {
    String user = Parameters.text(query, "user_id");
    if (user == null) {
      return _ -> true;
    }
    Predicate<KeyRow> fits = KeyRow.ofUser(user);
    if (Parameters.flag(query, "include_created_by_keys", false)) {
      fits = fits.or(key -> user.equals(key.createdBy()));
    }
    if (Parameters.flag(query, "include_team_keys", false)) {
      Set<String> teams = new HashSet<>();
      tenants
          .list(
              Kind.TEAM_MEMBER,
              each ->
                  user.equals(each.terms().memberId())
                      && Rights.TEAM_ADMIN.equals(each.terms().role()))
          .forEach(each -> teams.add(String.valueOf(each.terms().parentId())));
      fits = fits.or(key -> key.teamId() != null && teams.contains(key.teamId()));
    }
    return fits;
  }

  private static Predicate<KeyRow> fits(Query query, Tenants tenants) {
    return ofUser(query, tenants)
        .and(named(query, "team_id", KeyRow::ofTeam))
        .and(named(query, "key_alias", KeyRow::withAlias))
        .and(is(query, "organization_id", key -> extra(key, "organization_id")))
        .and(is(query, "project_id", key -> extra(key, "project_id")))
        .and(named(query, "key_hash", hash -> KeyRow.withHash(Keys.hashOf(hash))));
  }

  private static Predicate<KeyRow> named(
      Query query, String name, Function<String, Predicate<KeyRow>> fitting) {
    String wanted = Parameters.text(query, name);
    return wanted == null ? _ -> true : fitting.apply(wanted);
  }

  private static Predicate<KeyRow> is(
      Query query, String name, Function<KeyRow, @Nullable String> value) {
    String wanted = Parameters.text(query, name);
    return key -> wanted == null || Objects.equals(wanted, value.apply(key));
  }

  private static @Nullable String extra(KeyRow key, String name) {
    String extras = key.extras();
    if (!extras.contains(name)) {
      return null;
    }
    JsonNode value = Json.read(extras).get(name);
    return value == null || !value.isString() ? null : value.stringValue();
  }

  private static KeyOrder order(Query query, Balances balances) {
    String by = Parameters.text(query, "sort_by");
    String direction = Parameters.text(query, "sort_order");
    boolean rising = "asc".equalsIgnoreCase(direction);
    if (direction != null && !rising && !"desc".equalsIgnoreCase(direction)) {
      throw RefusedException.badRequest("sort_order has to be asc or desc", "sort_order");
    }
    Comparator<KeyRow> newestFirst = KeyOrder.NEWEST_FIRST.comparator();
    if (by == null) {
      return KeyOrder.NEWEST_FIRST;
    }
    if (by.equals("created_at")) {
      return rising ? KeyOrder.OLDEST_FIRST : KeyOrder.NEWEST_FIRST;
    }
    if (by.equals("spend")) {
      ToLongFunction<KeyRow> spent = row -> balances.settled(Scope.Kind.KEY, row.account()).nanos();
      return new KeyOrder(rising ? spent : row -> -spent.applyAsLong(row), newestFirst);
    }
    Comparator<KeyRow> order =
        switch (by) {
          case "updated_at" -> Comparator.comparing(row -> row.key().updatedAt());
          case "max_budget" ->
              nullable(row -> row.key().terms().maxBudget(), Comparator.<Money>naturalOrder());
          case "key_alias" -> nullable(KeyRow::alias, Comparator.<String>naturalOrder());
          case "user_id" -> nullable(KeyRow::userId, Comparator.<String>naturalOrder());
          case "team_id" -> nullable(KeyRow::teamId, Comparator.<String>naturalOrder());
          case "expires" ->
              nullable(row -> row.key().terms().expires(), Comparator.<Instant>naturalOrder());
          case "token" -> Comparator.comparing(KeyRow::hash);
          default ->
              throw RefusedException.badRequest(
                  "sort_by has to be one of created_at, updated_at, spend, max_budget, key_alias,"
                      + " user_id, team_id, expires, token",
                  "sort_by");
        };
    return KeyOrder.of((rising ? order : order.reversed()).thenComparing(newestFirst));
  }

  private static <T> Comparator<KeyRow> nullable(
      Function<KeyRow, @Nullable T> value, Comparator<T> order) {
    Comparator<@Nullable T> last = Comparator.nullsLast(order);
    return (one, other) -> last.compare(value.apply(one), value.apply(other));
  }
}
