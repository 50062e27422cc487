package dev.tollgate.provider;

import dev.tollgate.model.Item;
import dev.tollgate.model.Price;
import dev.tollgate.model.PriceSheet;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Name;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prices of one's own in {@code litellm_params} or {@code model_info}, by LiteLLM's names. */
final class PriceKeys {
  private PriceKeys() {}

  /** Whether the operator says what calls cost, which counts before what a provider says. */
  static boolean priceCalls(Map<String, Object> params, Map<String, Object> info) {
    return Pricing.suffices(new PriceSheet().read(info).read(params).prices().keySet());
  }

  /**
   * The price of a deployment: its own keys, over what is known of the model. Where the operator
   * says what input or output costs, the known prices of cached and audio tokens no longer apply: a
   * server of one's own at 0 would otherwise still charge for the cache.
   *
   * @param tools what the provider charges for tools that it runs, beside what is known
   * @return null if neither is there
   * @throws IllegalArgumentException if a price is not one; names it
   */
  static @Nullable Pricing of(
      Map<String, Object> params,
      Map<String, Object> info,
      @Nullable Pricing known,
      Map<Name, Price> tools) {
    Map<Name, Price> own = new PriceSheet().read(info).read(params).prices();
    // who has a price of images alone, or none, runs no tools
    Map<Name, Price> beside =
        known == null || known.isFree() || known.prices().isEmpty() ? Map.of() : tools;
    if (own.isEmpty()) {
      return known == null || beside.isEmpty() ? known : known.withMissing(beside);
    }
    Map<Name, Price> all = new HashMap<>(beside);
    all.putAll(known == null ? Map.of() : known.prices());
    if (Pricing.suffices(own.keySet())) {
      all.keySet().retainAll(Set.of(Name.of(Item.INPUT), Name.of(Item.OUTPUT)));
    }
    if (own.keySet().stream().anyMatch(name -> name.aboveTokens() > 0)) {
      all.keySet().removeIf(name -> name.aboveTokens() > 0);
    }
    all.putAll(own);
    return Pricing.of(all);
  }
}
