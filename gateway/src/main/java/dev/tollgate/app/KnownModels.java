package dev.tollgate.app;

import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.ledger.Prices;
import dev.tollgate.model.Pricing;
import dev.tollgate.provider.PricingLookup;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's catalogue as providers and lists look things up in it.
 *
 * @param prices the catalogue
 */
record KnownModels(Prices prices) implements PricingLookup {
  @Override
  public @Nullable Pricing find(String provider, String model, @Nullable String baseModel) {
    return prices.find(provider, model, baseModel).map(CatalogueEntry::pricing).orElse(null);
  }

  @Override
  public @Nullable Map<String, Object> facts(String provider, String model) {
    return prices.find(provider, model, null).map(CatalogueEntry::facts).orElse(null);
  }

  @Override
  public @Nullable String provider(String bareModel) {
    return prices.entry(bareModel).map(CatalogueEntry::provider).orElse(null);
  }

  /** Names that a wildcard of {@code model_list} stands for, as far as models are known. */
  List<String> matching(String pattern) {
    int star = pattern.indexOf('*');
    if (star < 0 || !pattern.endsWith("/*")) {
      return List.of();
    }
    String provider = pattern.substring(0, star - 1);
    return prices.ofProvider(provider).stream()
        .map(entry -> pattern.substring(0, star) + bare(entry.model(), provider))
        .distinct()
        .toList();
  }

  private static String bare(String name, String provider) {
    return name.startsWith(provider + "/") ? name.substring(provider.length() + 1) : name;
  }
}
