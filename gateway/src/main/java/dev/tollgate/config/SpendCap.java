package dev.tollgate.config;

import dev.tollgate.config.Node.Entry;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may be spent at a provider or under a tag: an entry of {@code provider_budget_config} or
 * {@code tag_budget_config}.
 *
 * @param limit {@code budget_limit}
 * @param period {@code time_period}; null for a budget that never begins anew
 */
public record SpendCap(Money limit, @Nullable String period) {
  static Map<String, SpendCap> from(Section section, String key) {
    Node node = section.take(key);
    if (node == null) {
      return Map.of();
    }
    Map<String, SpendCap> budgets = new LinkedHashMap<>();
    section
        .mapping(key, node)
        .forEach(
            (name, entry) -> budgets.put(name, of(section.path(key + "." + name), entry.value())));
    return Collections.unmodifiableMap(budgets);
  }

  private static SpendCap of(String path, Node node) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw ValueType.wrong(node, path, "budget_limit: dollars, and time_period");
    }
    Node limit = first(mapping, "budget_limit", "max_budget");
    Node period = first(mapping, "time_period", "budget_duration");
    if (limit == null) {
      throw new ConfigException(node.position(), path, "expected budget_limit: dollars");
    }
    return new SpendCap(
        dollars(limit, path + ".budget_limit"),
        period == null ? null : period(period, path + ".time_period"));
  }

  private static @Nullable Node first(Node.Mapping mapping, String one, String other) {
    Entry entry = mapping.entries().get(one);
    if (entry == null) {
      entry = mapping.entries().get(other);
    }
    return entry == null || entry.value().isNull() ? null : entry.value();
  }

  private static Money dollars(Node node, String path) {
    try {
      return Money.ofDollars((BigDecimal) ValueType.NUMBER.read(node, path));
    } catch (ArithmeticException _) {
      throw ValueType.wrong(node, path, "dollars, up to 9.2 billion");
    }
  }

  private static String period(Node node, String path) {
    String text = (String) ValueType.TEXT.read(node, path);
    if (BudgetWindow.parse(text).filter(window -> window.count() > 0).isEmpty()) {
      throw ValueType.wrong(node, path, "a duration such as 12h, 1d, 4w or 1mo");
    }
    return text;
  }
}
