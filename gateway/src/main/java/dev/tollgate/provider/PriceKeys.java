package dev.tollgate.provider;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Tier;
import dev.tollgate.model.Quantity.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prices of one's own in {@code litellm_params} or {@code model_info}, by LiteLLM's names. */
final class PriceKeys {
  private static final Pattern ABOVE =
      Pattern.compile(
          "(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|"
              + "cache_creation_input_token_cost)_above_([0-9]{1,9})(k?)_tokens");

  private final Map<String, Object> params;
  private final Map<String, Object> info;

  private PriceKeys(Map<String, Object> params, Map<String, Object> info) {
    this.params = params;
    this.info = info;
  }

  /**
   * The price of a deployment: its own keys, over what is known of the model. Where the operator
   * says what input or output costs, the known prices of cached and audio tokens no longer apply: a
   * server of one's own at 0 would otherwise still charge for the cache.
   *
   * @return null if neither is there
   */
  static @Nullable Pricing of(
      Map<String, Object> params, Map<String, Object> info, @Nullable Pricing known) {
    return new PriceKeys(params, info).over(known);
  }

  private @Nullable Pricing over(@Nullable Pricing known) {
    Price input = price("input_cost_per_token");
    Price output = price("output_cost_per_token");
    Price cacheRead = price("cache_read_input_token_cost");
    Price cacheWrite = price("cache_creation_input_token_cost");
    Price inputAudio = price("input_cost_per_audio_token");
    Price reasoning = price("output_cost_per_reasoning_token");
    Price outputAudio = price("output_cost_per_audio_token");
    Price request = price("input_cost_per_request");
    Price inputImage = price("input_cost_per_image_token");
    Price outputImage = price("output_cost_per_image_token");
    Map<Unit, Price> units = units();
    List<Tier> tiers = tiers();
    boolean own = input != null || output != null || request != null || !units.isEmpty();
    boolean parts =
        cacheRead != null
            || cacheWrite != null
            || inputAudio != null
            || reasoning != null
            || outputAudio != null
            || inputImage != null
            || outputImage != null
            || !tiers.isEmpty();
    if (!own && !parts) {
      return known;
    }
    Pricing base = known == null ? Pricing.of(Price.FREE, Price.FREE) : known;
    Pricing rest = own ? Pricing.of(base.input(), base.output()) : base;
    return new Pricing(
        or(input, base.input()),
        or(output, base.output()),
        orNull(cacheRead, rest.cacheRead()),
        orNull(cacheWrite, rest.cacheWrite()),
        orNull(inputAudio, rest.inputAudio()),
        orNull(reasoning, rest.reasoning()),
        orNull(outputAudio, rest.outputAudio()),
        orNull(request, rest.request()),
        tiers.isEmpty() ? rest.tiers() : tiers,
        orNull(inputImage, rest.inputImage()),
        orNull(outputImage, rest.outputImage()),
        own ? Collections.unmodifiableMap(units) : rest.units());
  }

  /** Prices of what is not counted in tokens; LiteLLM has some of them in and out. */
  private Map<Unit, Price> units() {
    Map<Unit, Price> units = new EnumMap<>(Unit.class);
    for (Unit unit : Unit.values()) {
      String name = unit.name().toLowerCase(Locale.ROOT);
      Price output = price("output_cost_per_" + name);
      Price price = output == null ? price("input_cost_per_" + name) : output;
      if (price != null) {
        units.put(unit, price);
      }
    }
    return units;
  }

  private static Price or(@Nullable Price own, Price other) {
    return own == null ? other : own;
  }

  private static @Nullable Price orNull(@Nullable Price own, @Nullable Price other) {
    return own == null ? other : own;
  }

  private @Nullable Price price(String key) {
    Object value = params.get(key);
    BigDecimal dollars = Params.decimal(key, value == null ? info.get(key) : value);
    return dollars == null ? null : new Price(dollars);
  }

  private List<Tier> tiers() {
    TreeMap<Long, TreeMap<String, Price>> byThreshold = new TreeMap<>();
    for (Map<String, Object> source : List.of(info, params)) {
      for (String key : source.keySet()) {
        Matcher above = ABOVE.matcher(key);
        Price price = above.matches() ? price(key) : null;
        if (price != null) {
          long tokens = Long.parseLong(above.group(2)) * (above.group(3).isEmpty() ? 1 : 1000);
          byThreshold.computeIfAbsent(tokens, _ -> new TreeMap<>()).put(above.group(1), price);
        }
      }
    }
    List<Tier> tiers = new ArrayList<>();
    byThreshold.forEach(
        (tokens, prices) ->
            tiers.add(
                new Tier(
                    tokens,
                    prices.get("input_cost_per_token"),
                    prices.get("output_cost_per_token"),
                    prices.get("cache_read_input_token_cost"),
                    prices.get("cache_creation_input_token_cost"))));
    return List.copyOf(tiers);
  }
}
