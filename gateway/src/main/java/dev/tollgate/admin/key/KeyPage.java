package dev.tollgate.admin.key;

import dev.tollgate.access.Keys;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Money;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One page of {@code /key/list}. */
record KeyPage(
    int page,
    int size,
    boolean full,
    Predicate<VirtualKey> fits,
    @Nullable Comparator<VirtualKey> order) {
  private static final int SIZE = 10;
  private static final int SIZE_MAX = 100;

  static KeyPage of(Query query, Balances balances, Predicate<VirtualKey> visible) {
    return new KeyPage(
        Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE),
        Parameters.number(query, "size", SIZE, 1, SIZE_MAX),
        Parameters.flag(query, "return_full_object", false),
        fits(query).and(visible),
        order(query, balances));
  }

  ObjectNode answer(Keys keys, KeyView view) {
    List<VirtualKey> all = keys.list(fits);
    if (order != null) {
      all = all.stream().sorted(order).toList();
    }
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("keys");
    all.stream()
        .skip((page - 1L) * size)
        .limit(size)
        .forEach(
            key -> {
              if (full) {
                rows.add(view.listed(key));
              } else {
                rows.add(key.hash());
              }
            });
    body.put("total_count", all.size());
    body.put("current_page", page);
    body.put("total_pages", (all.size() + size - 1) / size);
    return body;
  }

  private static Predicate<VirtualKey> fits(Query query) {
    return is(query, "user_id", key -> key.terms().userId())
        .and(is(query, "team_id", key -> key.terms().teamId()))
        .and(is(query, "key_alias", key -> key.terms().alias()))
        .and(is(query, "organization_id", key -> extra(key, "organization_id")))
        .and(is(query, "project_id", key -> extra(key, "project_id")))
        .and(hash(Parameters.text(query, "key_hash")));
  }

  private static Predicate<VirtualKey> hash(@Nullable String wanted) {
    String hash = wanted == null ? null : Keys.hashOf(wanted);
    return key -> hash == null || hash.equals(key.hash());
  }

  private static Predicate<VirtualKey> is(
      Query query, String name, Function<VirtualKey, @Nullable String> value) {
    String wanted = Parameters.text(query, name);
    return key -> wanted == null || Objects.equals(wanted, value.apply(key));
  }

  private static @Nullable String extra(VirtualKey key, String name) {
    JsonNode value = Json.read(key.terms().extras()).get(name);
    return value == null || !value.isString() ? null : value.stringValue();
  }

  private static @Nullable Comparator<VirtualKey> order(Query query, Balances balances) {
    String by = Parameters.text(query, "sort_by");
    String direction = Parameters.text(query, "sort_order");
    boolean rising = "asc".equalsIgnoreCase(direction);
    if (direction != null && !rising && !"desc".equalsIgnoreCase(direction)) {
      throw RefusedException.badRequest("sort_order has to be asc or desc", "sort_order");
    }
    if (by == null) {
      return null;
    }
    Comparator<VirtualKey> order =
        switch (by) {
          case "created_at" -> Comparator.comparing(VirtualKey::createdAt);
          case "updated_at" -> Comparator.comparing(VirtualKey::updatedAt);
          case "spend" -> Comparator.comparing(key -> balances.settled(key));
          case "max_budget" -> nullable(Terms::maxBudget, Comparator.<Money>naturalOrder());
          case "key_alias" -> nullable(Terms::alias, Comparator.<String>naturalOrder());
          case "user_id" -> nullable(Terms::userId, Comparator.<String>naturalOrder());
          case "team_id" -> nullable(Terms::teamId, Comparator.<String>naturalOrder());
          case "expires" -> nullable(Terms::expires, Comparator.<java.time.Instant>naturalOrder());
          case "token" -> Comparator.comparing(VirtualKey::hash);
          default ->
              throw RefusedException.badRequest(
                  "sort_by has to be one of created_at, updated_at, spend, max_budget, key_alias,"
                      + " user_id, team_id, expires, token",
                  "sort_by");
        };
    return rising ? order : order.reversed();
  }

  private static <T> Comparator<VirtualKey> nullable(
      Function<Terms, @Nullable T> value, Comparator<T> order) {
    Comparator<@Nullable T> last = Comparator.nullsLast(order);
    return (one, other) -> last.compare(value.apply(one.terms()), value.apply(other.terms()));
  }
}
