package dev.tollgate.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, by LiteLLM's rules. The highest threshold that the prompt exceeds, cached
 * tokens included, applies to the whole call. What a service tier has no price for costs what it
 * costs in the standard one. Immutable; the rates of a call are worked out once, here.
 */
public final class Pricing {
  /**
   * What one price is for.
   *
   * @param aboveTokens it holds for prompts of more tokens than these, 0 for all
   */
  public record Name(Item item, long aboveTokens, ServiceTier service) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::service)
            .thenComparingLong(Name::aboveTokens)
            .thenComparing(Name::item);

    /** For prompts of any length, in the standard tier. */
    public static Name of(Item item) {
      return new Name(item, 0, ServiceTier.STANDARD);
    }

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }

    /** LiteLLM's name, {@code input_cost_per_token_above_200k_tokens_priority}. */
    @Override
    public String toString() {
      String above =
          aboveTokens == 0
              ? ""
              : "_above_"
                  + (aboveTokens % 1000 == 0 ? aboveTokens / 1000 + "k" : "" + aboveTokens)
                  + "_tokens";
      return item.configName() + above + service.suffix();
    }
  }

  /** Rates of prompts longer than a threshold. */
  private record Step(long aboveTokens, Rates rates) {}

  /** Nothing costs anything. */
  public static final Pricing FREE = of(Price.FREE, Price.FREE);

  private final Map<Name, Price> prices;
  private final Markup markup;

  /** Of one image, by quality and size as the catalogue names them: {@code hd/1024-x-1792}. */
  private final Map<String, Price> images;

  /**
   * What a second costs more by what is asked for beside, as the catalogue names it: {@code
   * diarize}. Empty where a second has one price, whatever is asked.
   */
  private final Map<String, Price> features;

  /** Highest threshold first. */
  private final List<Step> standard;

  private final Map<ServiceTier, List<Step>> services = new EnumMap<>(ServiceTier.class);

  private Pricing(
      Map<Name, Price> prices,
      Map<String, Price> images,
      Map<String, Price> features,
      Markup markup) {
    this.images = images;
    this.features = features;
    this.prices = Collections.unmodifiableMap(new TreeMap<>(prices));
    this.markup = markup;
    this.standard = stepsOf(ServiceTier.STANDARD);
    for (Name name : prices.keySet()) {
      if (name.service() != ServiceTier.STANDARD) {
        services.computeIfAbsent(name.service(), this::stepsOf);
      }
    }
  }

  /** The price of the call itself alone; null if it has none. */
  @Nullable Pricing ofRequest() {
    Price request = prices.get(Name.of(Item.REQUEST));
    return request == null
        ? null
        : new Pricing(Map.of(Name.of(Item.REQUEST), request), Map.of(), Map.of(), markup);
  }

  public static Pricing of(Price input, Price output) {
    return of(Map.of(Name.of(Item.INPUT), input, Name.of(Item.OUTPUT), output));
  }

  public static Pricing of(Map<Name, Price> prices) {
    return new Pricing(prices, Map.of(), Map.of(), Markup.NONE);
  }

  /**
   * Prices of nothing but images.
   *
   * @param images of one image, by quality and size ({@code hd/1024-x-1792}) or size alone
   */
  public static Pricing ofImages(Map<String, Price> images) {
    return new Pricing(Map.of(), Map.copyOf(images), Map.of(), Markup.NONE);
  }

  /**
   * With the price of the image that is asked for. One whose price is not known is taken for the
   * dearest: the provider may well make it.
   *
   * @param quality null where the client leaves it to the provider
   * @param size {@code 1024-x-1024}
   */
  public Pricing ofImage(@Nullable String quality, String size) {
    if (images.isEmpty()) {
      return this;
    }
    Price price = images.get((quality == null ? "standard" : quality) + "/" + size);
    if (price == null) {
      price = images.get(size);
    }
    if (price == null) {
      price = Collections.max(images.values(), Comparator.comparing(Price::dollars));
    }
    return with(Map.of(Name.of(Item.IMAGE), price));
  }

  /**
   * The same, with what a second costs more by what is asked for beside.
   *
   * @param more by the catalogue's names, {@code diarize}
   */
  public Pricing withFeatures(Map<String, Price> more) {
    return more.isEmpty() ? this : new Pricing(prices, images, Map.copyOf(more), markup);
  }

  /**
   * With the price of a second of what is asked for.
   *
   * @param asked the features, by the catalogue's names
   * @return null if the price of one of them is not known
   */
  public @Nullable Pricing ofSecond(Collection<String> asked) {
    Price plain = prices.get(Name.of(Item.SECOND));
    if (plain == null) {
      return null;
    }
    if (features.isEmpty()) {
      return this;
    }
    BigDecimal second = plain.dollars();
    for (String feature : asked) {
      Price more = features.get(feature);
      if (more == null) {
        return null;
      }
      second = second.add(more.dollars());
    }
    return with(Map.of(Name.of(Item.SECOND), new Price(second)));
  }

  /** Whether there is a price of images and of nothing else. */
  boolean isOfImagesOnly() {
    return prices.isEmpty() && !images.isEmpty();
  }

  private List<Step> stepsOf(ServiceTier service) {
    Set<Long> thresholds = new TreeSet<>(Comparator.reverseOrder());
    thresholds.add(0L);
    for (Name name : prices.keySet()) {
      if (name.service() == ServiceTier.STANDARD || name.service() == service) {
        thresholds.add(name.aboveTokens());
      }
    }
    List<Step> found = new ArrayList<>();
    for (long above : thresholds) {
      found.add(new Step(above, new Rates(item -> price(item, above, service))));
    }
    return List.copyOf(found);
  }

  /** A price for long prompts comes before one of the tier for all: LiteLLM's order. */
  private @Nullable Price price(Item item, long above, ServiceTier service) {
    Price price = prices.get(new Name(item, above, service));
    if (price == null && service != ServiceTier.STANDARD) {
      price = prices.get(new Name(item, above, ServiceTier.STANDARD));
    }
    if (price == null && above > 0) {
      price = price(item, 0, service);
    }
    return price;
  }

  /**
   * The rates of a call.
   *
   * @param service null for the standard tier
   * @param promptTokens cached ones included
   */
  public Rates rates(@Nullable ServiceTier service, long promptTokens) {
    List<Step> own = service == null ? null : services.get(service);
    List<Step> steps = own == null ? standard : own;
    for (int i = 0; i < steps.size() - 1; i++) {
      if (promptTokens > steps.get(i).aboveTokens()) {
        return steps.get(i).rates();
      }
    }
    return steps.getLast().rates();
  }

  /** The same with other prices in place of its own of the same name. */
  public Pricing with(Map<Name, Price> others) {
    Map<Name, Price> all = new TreeMap<>(prices);
    all.putAll(others);
    return new Pricing(all, images, features, markup);
  }

  /** The same with these prices where it has none of the same name. */
  public Pricing withMissing(Map<Name, Price> others) {
    Map<Name, Price> all = new TreeMap<>(others);
    all.putAll(prices);
    return new Pricing(all, images, features, markup);
  }

  /** The same with what the operator takes off and puts on. */
  public Pricing with(Markup other) {
    return new Pricing(prices, images, features, other);
  }

  /** What the operator takes off and puts on. */
  public Markup markup() {
    return markup;
  }

  /** All prices, by what they are for. */
  public Map<Name, Price> prices() {
    return prices;
  }

  /** Whether these prices are enough to price a call by. */
  public static boolean suffices(Collection<Name> names) {
    return names.stream()
        .anyMatch(
            name ->
                name.aboveTokens() == 0
                    && name.service() == ServiceTier.STANDARD
                    && name.item().pricesCalls());
  }

  /** Whether no call can cost anything. */
  public boolean isFree() {
    return markup.fixed().signum() == 0
        && !isOfImagesOnly()
        && prices.values().stream().allMatch(price -> price.dollars().signum() == 0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pricing pricing
        && prices.equals(pricing.prices)
        && images.equals(pricing.images)
        && features.equals(pricing.features)
        && markup.equals(pricing.markup);
  }

  @Override
  public int hashCode() {
    return prices.hashCode();
  }

  @Override
  public String toString() {
    return prices
        + (images.isEmpty() ? "" : " images " + images)
        + (features.isEmpty() ? "" : " features " + features)
        + (markup.isNone() ? "" : " " + markup);
  }
}
