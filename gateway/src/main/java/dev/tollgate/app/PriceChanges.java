package dev.tollgate.app;

import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.ledger.Prices;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Name;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What taking over a cost map would change, as lines for people.
 *
 * @param changed models of both whose prices differ, then their prices, from, to and in which
 *     factor
 * @param added models that only the map has
 * @param unpriced models that lose their price
 */
record PriceChanges(List<String> changed, int added, List<String> unpriced) {
  private static final MathContext FACTOR = new MathContext(4);

  static PriceChanges between(Prices now, List<CatalogueEntry> map) {
    List<String> changed = new ArrayList<>();
    List<String> unpriced = new ArrayList<>();
    int added = 0;
    for (CatalogueEntry next : map) {
      @Nullable CatalogueEntry known = now.entry(next.model()).orElse(null);
      if (known == null) {
        added++;
      } else if (next.pricing() == null && known.pricing() != null) {
        unpriced.add(next.model());
      } else {
        List<String> lines = lines(prices(known), prices(next));
        if (!lines.isEmpty()) {
          changed.add(next.model());
          changed.addAll(lines);
        }
      }
    }
    return new PriceChanges(changed, added, unpriced);
  }

  private static Map<Name, Price> prices(CatalogueEntry entry) {
    Pricing pricing = entry.pricing();
    return pricing == null ? Map.of() : pricing.prices();
  }

  private static List<String> lines(Map<Name, Price> from, Map<Name, Price> to) {
    TreeSet<Name> names = new TreeSet<>(from.keySet());
    names.addAll(to.keySet());
    List<String> lines = new ArrayList<>();
    for (Name name : names) {
      @Nullable Price before = from.get(name);
      @Nullable Price after = to.get(name);
      if (before == null || after == null || before.dollars().compareTo(after.dollars()) != 0) {
        lines.add("  " + name + ": " + text(before) + " -> " + text(after) + factor(before, after));
      }
    }
    return lines;
  }

  private static String text(@Nullable Price price) {
    return price == null ? "none" : price.dollars().stripTrailingZeros().toPlainString();
  }

  private static String factor(@Nullable Price before, @Nullable Price after) {
    if (before == null || after == null || before.dollars().signum() == 0) {
      return "";
    }
    BigDecimal factor = after.dollars().divide(before.dollars(), FACTOR);
    return " (x " + factor.stripTrailingZeros().toPlainString() + ")";
  }

  boolean isEmpty() {
    return changed.isEmpty() && added == 0 && unpriced.isEmpty();
  }
}
