package dev.tollgate.app;

import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.ledger.Prices;
import dev.tollgate.model.Item;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.provider.PricingLookup;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's catalogue as providers and lists look things up in it.
 *
 * @param prices the catalogue
 */
record KnownModels(Prices prices) implements PricingLookup {
  /**
   * Qualities of images as the catalogue's names begin with them; none for those of the size alone.
   */
  private static final List<String> QUALITIES =
      List.of("", "standard/", "hd/", "low/", "medium/", "high/", "xhigh/", "max/");

  /** Sizes that anybody prices. */
  private static final List<String> SIZES =
      List.of(
          "256-x-256",
          "512-x-512",
          "1024-x-768",
          "1024-x-1024",
          "1024-x-1536",
          "1536-x-1024",
          "1024-x-1792",
          "1792-x-1024",
          "1920-x-1080",
          "2560-x-1440",
          "3840-x-2160");

  /** Who charges seconds by what is asked for beside. */
  private static final String FEATURED = "deepgram";

  private static final List<String> FEATURES =
      List.of("detect_entities", "diarize", "keyterm", "redact");

  /** Where a model has an entry of its own for it. */
  private static final String MULTILINGUAL = "multilingual";

  @Override
  public @Nullable Pricing find(String provider, String model, @Nullable String baseModel) {
    return prices.find(provider, model, baseModel).map(CatalogueEntry::pricing).orElse(null);
  }

  @Override
  public Map<String, Price> images(String provider, String model, @Nullable String baseModel) {
    String name = bare(baseModel == null ? model : baseModel, provider);
    Map<String, Price> images = new HashMap<>();
    for (String size : SIZES) {
      for (String quality : QUALITIES) {
        String shape = quality + size;
        prices
            .find(provider, shape + "/" + name, null)
            .map(CatalogueEntry::pricing)
            .map(pricing -> image(pricing, size))
            .ifPresent(price -> images.put(shape, price));
      }
    }
    return images;
  }

  @Override
  public Map<String, Price> features(String provider, String model) {
    int slash = model.lastIndexOf('/') + 1; // of streaming/
    Price plain = second(provider, model);
    if (slash == 0 || plain == null || !FEATURED.equals(provider)) {
      return Map.of();
    }
    Map<String, Price> features = new HashMap<>();
    for (String feature : FEATURES) {
      Price more = second(provider, model.substring(0, slash) + feature);
      if (more != null) {
        features.put(feature, more);
      }
    }
    Price multilingual = second(provider, model + "-" + MULTILINGUAL);
    if (multilingual != null) {
      features.put(MULTILINGUAL, new Price(multilingual.dollars().subtract(plain.dollars())));
    }
    return features;
  }

  private @Nullable Price second(String provider, String model) {
    Pricing pricing = find(provider, model, null);
    return pricing == null ? null : pricing.prices().get(Pricing.Name.of(Item.SECOND));
  }

  @Override
  public Map<Pricing.Name, Price> tools(String provider) {
    return prices.tools(provider);
  }

  /** Of one image; null where it is priced neither by the image nor by the pixel. */
  private static @Nullable Price image(Pricing pricing, String size) {
    Price whole = pricing.prices().get(Pricing.Name.of(Item.IMAGE));
    Price pixel = pricing.prices().get(Pricing.Name.of(Item.PIXEL));
    if (whole != null || pixel == null) {
      return whole;
    }
    String[] sides = size.split("-x-", -1);
    return new Price(
        pixel.dollars().multiply(new BigDecimal(sides[0])).multiply(new BigDecimal(sides[1])));
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
