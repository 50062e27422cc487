package dev.tollgate.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** Prices for tests, by LiteLLM's names. */
public final class PriceTags {
  private PriceTags() {}

  /** {@code of("input_cost_per_token", "1e-6", …)}. */
  public static Pricing of(String... namesAndDollars) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndDollars.length; i += 2) {
      members.put(namesAndDollars[i], namesAndDollars[i + 1]);
    }
    return of(members);
  }

  public static Pricing of(Map<String, Object> members) {
    return Pricing.of(new PriceSheet().read(members).prices());
  }
}
