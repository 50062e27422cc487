package dev.tollgate.ledger;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Quantity.Unit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prices that come one by one, each above a number of prompt tokens, put together. For one thread.
 */
final class PricingParts {
  /**
   * A part of a pricing: LiteLLM's name of it, its letter in the price file, whether long prompts
   * may change it.
   */
  enum Part {
    INPUT("input_cost_per_token", 'i', true),
    OUTPUT("output_cost_per_token", 'o', true),
    CACHE_READ("cache_read_input_token_cost", 'r', true),
    CACHE_WRITE("cache_creation_input_token_cost", 'w', true),
    INPUT_AUDIO("input_cost_per_audio_token", 'a', false),
    REASONING("output_cost_per_reasoning_token", 'g', false),
    OUTPUT_AUDIO("output_cost_per_audio_token", 'b', false),
    REQUEST("input_cost_per_request", 'q', false),
    INPUT_IMAGE("input_cost_per_image_token", 'm', false),
    OUTPUT_IMAGE("output_cost_per_image_token", 'n', false),
    PER_IMAGE("output_cost_per_image", 'p', false),
    PER_CHARACTER("input_cost_per_character", 'c', false),
    PER_SECOND("input_cost_per_second", 's', false),
    PER_QUERY("input_cost_per_query", 'u', false);

    private final String configName;
    private final char letter;
    private final boolean tiered;

    Part(String configName, char letter, boolean tiered) {
      this.configName = configName;
      this.letter = letter;
      this.tiered = tiered;
    }

    boolean tiered() {
      return tiered;
    }

    static @Nullable Part of(String configName) {
      for (Part part : values()) {
        if (part.configName.equals(configName)) {
          return part;
        }
      }
      return null;
    }

    static Part of(char letter) {
      for (Part part : values()) {
        if (part.letter == letter) {
          return part;
        }
      }
      throw new IllegalArgumentException("the price file has an unknown part '" + letter + "'");
    }
  }

  private final TreeMap<Long, Map<Part, Price>> byThreshold = new TreeMap<>();

  void put(long aboveTokens, Part part, Price price) {
    byThreshold.computeIfAbsent(aboveTokens, _ -> new EnumMap<>(Part.class)).put(part, price);
  }

  boolean isEmpty() {
    return byThreshold.isEmpty();
  }

  /** What has no price of its own is free (input, output) or charged as what it is part of. */
  Pricing pricing() {
    Map<Part, Price> base = byThreshold.getOrDefault(0L, Map.of());
    List<Pricing.Tier> tiers = new ArrayList<>();
    byThreshold
        .tailMap(0L, false)
        .forEach(
            (above, prices) ->
                tiers.add(
                    new Pricing.Tier(
                        above,
                        prices.get(Part.INPUT),
                        prices.get(Part.OUTPUT),
                        prices.get(Part.CACHE_READ),
                        prices.get(Part.CACHE_WRITE))));
    return new Pricing(
        base.getOrDefault(Part.INPUT, Price.FREE),
        base.getOrDefault(Part.OUTPUT, Price.FREE),
        base.get(Part.CACHE_READ),
        base.get(Part.CACHE_WRITE),
        base.get(Part.INPUT_AUDIO),
        base.get(Part.REASONING),
        base.get(Part.OUTPUT_AUDIO),
        base.get(Part.REQUEST),
        List.copyOf(tiers),
        base.get(Part.INPUT_IMAGE),
        base.get(Part.OUTPUT_IMAGE),
        units(base));
  }

  private static Map<Unit, Price> units(Map<Part, Price> base) {
    Map<Unit, Price> units = new EnumMap<>(Unit.class);
    put(units, Unit.IMAGE, base.get(Part.PER_IMAGE));
    put(units, Unit.CHARACTER, base.get(Part.PER_CHARACTER));
    put(units, Unit.SECOND, base.get(Part.PER_SECOND));
    put(units, Unit.QUERY, base.get(Part.PER_QUERY));
    return Collections.unmodifiableMap(units);
  }

  private static void put(Map<Unit, Price> units, Unit unit, @Nullable Price price) {
    if (price != null) {
      units.put(unit, price);
    }
  }
}
