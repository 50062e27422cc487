package dev.tollgate.model;

import dev.tollgate.model.Pricing.Name;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prices under LiteLLM's names, as {@code litellm_params}, {@code model_info} and its cost map have
 * them, gathered one by one. For one thread.
 */
public final class PriceSheet {
  private static final String SEARCHES = "search_context_cost_per_query";
  private static final String TIERED = "tiered_pricing";
  private static final Pattern ABOVE =
      Pattern.compile("(.+)_above_([0-9]{1,9})(k?)_tokens", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Item> ITEMS = items();

  /** More digits than any price has; keeps sums of products of a reasonable size. */
  private static final int DIGITS_MAX = 30;

  private static final int STEPS_MAX = 32;

  private final Map<Name, Price> prices = new TreeMap<>();

  private static Map<String, Item> items() {
    Map<String, Item> items = new HashMap<>();
    for (Item item : Item.values()) {
      items.put(item.configName(), item);
    }
    items.put("input_cost_per_image", Item.IMAGE);
    items.put("output_cost_per_pixel", Item.PIXEL);
    items.put("output_cost_per_character", Item.CHARACTER);
    items.put("output_cost_per_second", Item.SECOND);
    items.put("output_cost_per_query", Item.QUERY);
    items.put("input_cost_per_token_cache_hit", Item.CACHE_READ);
    return items;
  }

  /** What the price of this name is for; null if it is the name of none that is known. */
  public static @Nullable Name name(String text) {
    ServiceTier service = suffix(text);
    String rest = text.substring(0, text.length() - service.suffix().length());
    long tokens = 0;
    Matcher above = ABOVE.matcher(rest);
    if (above.matches()) {
      tokens = Long.parseLong(above.group(2)) * (above.group(3).isEmpty() ? 1 : 1000);
      rest = above.group(1);
      if (service == ServiceTier.STANDARD) { // both orders are in use
        service = suffix(rest);
        rest = rest.substring(0, rest.length() - service.suffix().length());
      }
    }
    Item item = ITEMS.get(rest);
    return item == null ? null : new Name(item, tokens, service);
  }

  private static ServiceTier suffix(String text) {
    for (ServiceTier tier : ServiceTier.values()) {
      if (tier != ServiceTier.STANDARD && text.endsWith(tier.suffix())) {
        return tier;
      }
    }
    return ServiceTier.STANDARD;
  }

  /**
   * Takes every price among these members; others are left alone. A price that is here already is
   * replaced.
   *
   * @param members numbers as BigDecimal, BigInteger, Integer, Long or text
   * @throws IllegalArgumentException if one is not a number, or negative; names it
   */
  public PriceSheet read(Map<String, ?> members) {
    PriceSheet own = new PriceSheet();
    own.readAll(members, 0);
    prices.putAll(own.prices);
    return this;
  }

  private void readAll(Map<?, ?> members, long aboveTokens) {
    for (Map.Entry<?, ?> member : new TreeMap<>(members).entrySet()) {
      Object value = member.getValue();
      if (!(member.getKey() instanceof String text) || value == null) {
        continue;
      }
      if (text.equals(SEARCHES)) {
        readSearches(value);
      } else if (text.equals(TIERED) && value instanceof List<?> steps) {
        readSteps(steps);
      } else {
        Name name = name(text);
        if (name != null) {
          put(
              aboveTokens == 0 ? name : new Name(name.item(), aboveTokens, name.service()),
              price(text, value));
        }
      }
    }
  }

  /** Some units have a price in and one out, of which one is zero: the other one counts. */
  private void put(Name name, Price price) {
    if (price.dollars().signum() > 0 || !prices.containsKey(name)) {
      prices.put(name, price);
    }
  }

  private void readSearches(Object value) {
    if (!(value instanceof Map<?, ?> sizes)) {
      throw new IllegalArgumentException(SEARCHES + ": expected prices by search_context_size_…");
    }
    for (SearchSize size : SearchSize.values()) {
      String name = size.item().configName();
      Object price = sizes.get(name.substring(SEARCHES.length() + 1));
      if (price != null) {
        prices.put(Name.of(size.item()), price(name, price));
      }
    }
  }

  /** What a step has no price for costs what its input or output costs, not what it did before. */
  private void readSteps(List<?> steps) {
    if (steps.size() > STEPS_MAX) {
      throw new IllegalArgumentException(TIERED + ": expected at most " + STEPS_MAX + " steps");
    }
    for (Object step : steps) {
      if (!(step instanceof Map<?, ?> members)
          || !(members.get("range") instanceof List<?> range)
          || range.isEmpty()
          || range.getFirst() == null) {
        continue; // by the number of results: of searches, which no model makes
      }
      long above = price(TIERED + ".range", range.getFirst()).dollars().longValue();
      readAll(members, above);
      if (above > 0) {
        inherit(above, Item.CACHE_READ, Item.INPUT);
        inherit(above, Item.CACHE_WRITE, Item.INPUT);
        inherit(above, Item.CACHE_WRITE_HOUR, Item.CACHE_WRITE);
        inherit(above, Item.REASONING, Item.OUTPUT);
      }
    }
  }

  private void inherit(long above, Item item, Item from) {
    Price price = prices.get(new Name(from, above, ServiceTier.STANDARD));
    if (price != null) {
      prices.putIfAbsent(new Name(item, above, ServiceTier.STANDARD), price);
    }
  }

  private static Price price(String name, Object value) {
    BigDecimal dollars =
        switch (value) {
          case BigDecimal decimal -> decimal;
          case BigInteger whole -> new BigDecimal(whole);
          case Integer whole -> BigDecimal.valueOf(whole);
          case Long whole -> BigDecimal.valueOf(whole);
          case String text when !text.isBlank() && text.length() <= DIGITS_MAX ->
              decimal(name, text);
          default -> throw unreadable(name);
        };
    if (dollars.signum() < 0
        || dollars.precision() > DIGITS_MAX
        || Math.abs((long) dollars.scale()) > DIGITS_MAX) {
      throw unreadable(name);
    }
    return new Price(dollars);
  }

  private static BigDecimal decimal(String name, String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw unreadable(name);
    }
  }

  private static IllegalArgumentException unreadable(String name) {
    return new IllegalArgumentException(
        name + ": expected a price in dollars, a number from 0 with at most 30 digits");
  }

  /** What was found. */
  public Map<Name, Price> prices() {
    return Collections.unmodifiableMap(prices);
  }
}
