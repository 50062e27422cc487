package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Pricing.Name;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PriceSheetTest {
  private static Map<Name, Price> read(Map<String, ?> members) {
    return new PriceSheet().read(members).prices();
  }

  @Test
  void theNameOfAPriceIsReadAndWrittenTheSame() {
    for (Item item : Item.values()) {
      for (ServiceTier tier : ServiceTier.values()) {
        for (long above : List.of(0L, 500L, 200_000L)) {
          Name name = new Name(item, above, tier);
          assertThat(PriceSheet.name(name.toString())).isEqualTo(name);
        }
      }
    }
    assertThat(PriceSheet.name("input_cost_per_token_priority_above_200k_tokens"))
        .isEqualTo(new Name(Item.INPUT, 200_000, ServiceTier.PRIORITY));
    assertThat(PriceSheet.name("max_tokens")).isNull();
  }

  @Test
  void theConfigsPricesAreReadExactly() {
    assertThat(
            read(
                Map.of(
                    "model",
                    "openai/x",
                    "rpm",
                    5,
                    "input_cost_per_token",
                    new BigDecimal("1.5e-07"),
                    "output_cost_per_token",
                    "6e-07",
                    "cache_read_input_token_cost",
                    0,
                    "input_cost_per_token_above_200k_tokens",
                    new BigDecimal("3e-07"))))
        .containsOnly(
            Map.entry(Name.of(Item.INPUT), Price.of("1.5e-07")),
            Map.entry(Name.of(Item.OUTPUT), Price.of("6e-07")),
            Map.entry(Name.of(Item.CACHE_READ), Price.of("0")),
            Map.entry(new Name(Item.INPUT, 200_000, ServiceTier.STANDARD), Price.of("3e-07")));
  }

  @Test
  void aStepOfTieredPricingMixesWithNoOther() {
    Map<String, Object> first =
        Map.of(
            "range",
            List.of(0, 32_000),
            "input_cost_per_token",
            "1e-6",
            "output_cost_per_token",
            "2e-6",
            "cache_read_input_token_cost",
            "1e-7");
    Map<String, Object> second =
        Map.of(
            "range",
            List.of("32000.0", 128_000),
            "input_cost_per_token",
            "3e-6",
            "output_cost_per_token",
            "4e-6");
    Pricing pricing = Pricing.of(read(Map.of("tiered_pricing", List.of(first, second))));
    Rates low = pricing.rates(null, 32_000);
    assertThat(low.price(Item.INPUT)).isEqualTo(Price.of("1e-6"));
    assertThat(low.price(Item.CACHE_READ)).isEqualTo(Price.of("1e-7"));
    Rates high = pricing.rates(null, 32_001);
    assertThat(high.price(Item.OUTPUT)).isEqualTo(Price.of("4e-6"));
    assertThat(high.price(Item.CACHE_READ)).isEqualTo(Price.of("3e-6"));
  }

  @Test
  void aPriceThatIsNoneIsRefusedByName() {
    for (Object bad : List.of("free", -1, new BigDecimal("-0.1"), "1e999999999", true, 0.5)) {
      assertThatThrownBy(() -> read(Map.of("output_cost_per_token", bad)))
          .as("%s", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("output_cost_per_token");
    }
    assertThatThrownBy(() -> read(Map.of("search_context_cost_per_query", 1)))
        .hasMessageContaining("search_context_cost_per_query");
  }
}
