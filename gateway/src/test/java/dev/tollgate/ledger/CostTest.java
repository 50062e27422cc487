package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Item;
import dev.tollgate.model.Markup;
import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Name;
import dev.tollgate.model.SearchSize;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  /** gpt-4o-mini: 0.15 and 0.60 USD a million tokens, 0.075 cached. */
  private static final Pricing MINI =
      PriceTags.of(
          "input_cost_per_token", "1.5e-07",
          "output_cost_per_token", "6e-07",
          "cache_read_input_token_cost", "7.5e-08");

  /** Everything has a price of its own. */
  private static final Pricing RICH =
      PriceTags.of(
          "input_cost_per_token", "0.000003",
          "output_cost_per_token", "0.000015",
          "cache_read_input_token_cost", "0.0000003",
          "cache_creation_input_token_cost", "0.00000375",
          "cache_creation_input_token_cost_above_1hr", "0.000006",
          "input_cost_per_audio_token", "0.00004",
          "output_cost_per_reasoning_token", "0.00002",
          "output_cost_per_audio_token", "0.00008",
          "input_cost_per_request", "0.005");

  private static final Pricing TIERED =
      PriceTags.of(
          "input_cost_per_token", "0.00000125",
          "output_cost_per_token", "0.00001",
          "cache_read_input_token_cost", "0.000000125",
          "input_cost_per_token_above_128k_tokens", "0.000002",
          "input_cost_per_token_above_200k_tokens", "0.0000025",
          "output_cost_per_token_above_200k_tokens", "0.000015",
          "cache_read_input_token_cost_above_200k_tokens", "0.00000025");

  @ParameterizedTest(name = "{0} in, {1} out, {2} cached: {3} nano-dollars")
  @CsvSource({
    // 10 × 150 + 20 × 600
    "10, 20, 0, 13500",
    // 1 × 150 + 9 × 75 + 1 × 600
    "10, 1, 9, 1425",
    // 75 × 1 is 75
    "1, 0, 1, 75",
    "0, 0, 0, 0",
    // 1,000,000 × 150 + 1,000,000 × 600
    "1000000, 1000000, 0, 750000000",
  })
  void plainAndCachedTokensCostTheirRates(long in, long out, long cached, long nanos) {
    Usage usage = new Usage(in, out, cached, 0, 0, 0, 0, false);
    assertThat(Cost.of(MINI, usage)).isEqualTo(Money.ofNanos(nanos));
  }

  @Test
  void eachPartCostsItsOwnRate() {
    Usage usage = new Usage(100, 50, 20, 10, 5, 30, 4, false);
    // Input text 100-20-10-5 = 65 × 3000 = 195000; cached 20 × 300 = 6000; written 10 × 3750 =
    // 37500;
    // audio 5 × 40000 = 200000; output text 50-30-4 = 16 × 15000 = 240000; reasoning 30 × 20000 =
    // 600000;
    // audio out 4 × 80000 = 320000; the request 5000000.
    assertThat(Cost.of(RICH, usage).nanos())
        .isEqualTo(195_000 + 6_000 + 37_500 + 200_000 + 240_000 + 600_000 + 320_000 + 5_000_000);
  }

  @Test
  void partsWithoutAPriceCostWhatTheyBelongTo() {
    Pricing plain = Pricing.of(Price.of("0.000001"), Price.of("0.000002"));
    Usage usage = new Usage(100, 50, 20, 10, 5, 30, 4, false);
    assertThat(Cost.of(plain, usage).nanos()).isEqualTo(100 * 1_000 + 50 * 2_000);
  }

  @ParameterizedTest(name = "{0} prompt tokens")
  @CsvSource({
    // at the threshold: base prices; 128000 × 1250 + 10 × 10000
    "128000, 0, 160100000",
    // above the first: its input, the base output; 128001 × 2000 + 10 × 10000
    "128001, 0, 256102000",
    "200000, 0, 400100000",
    // above the second, for the whole call; 200001 × 2500 + 10 × 15000
    "200001, 0, 500152500",
    // cached ones count for the threshold: 1 × 2500 + 200000 × 250 + 10 × 15000
    "200001, 200000, 50152500",
  })
  void aLongPromptHasTheHighestTierThatItExceeds(long in, long cached, long nanos) {
    Usage usage = new Usage(in, 10, cached, 0, 0, 0, 0, false);
    assertThat(Cost.of(TIERED, usage).nanos()).isEqualTo(nanos);
  }

  @Test
  void theSumIsRoundedOnceHalfEven() {
    // 0.5 nano-dollars a token: 1 token goes to 0, 3 to 2, 5 to 2 (half even), 2 to 1 exactly.
    Pricing half = Pricing.of(Price.of("5e-10"), Price.of("0"));
    assertThat(Cost.of(half, Usage.of(1, 0)).nanos()).isZero();
    assertThat(Cost.of(half, Usage.of(2, 0)).nanos()).isEqualTo(1);
    assertThat(Cost.of(half, Usage.of(3, 0)).nanos()).isEqualTo(2);
    assertThat(Cost.of(half, Usage.of(5, 0)).nanos()).isEqualTo(2);
    // A price below a picodollar leaves the fast path: 1e-13 × 5000 = 0.5 nano-dollars.
    Pricing tiny = Pricing.of(Price.of("1e-13"), Price.of("0"));
    assertThat(Cost.of(tiny, Usage.of(5_000, 0)).nanos()).isZero();
    assertThat(Cost.of(tiny, Usage.of(15_000, 0)).nanos()).isEqualTo(2);
  }

  @Test
  void theFastPathAndDecimalsAgree() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      Pricing pricing = pricing(random);
      Usage usage = usage(random);
      assertThat(Cost.of(pricing, usage))
          .as("seed %d, round %d: %s of %s", seed, i, usage, pricing)
          .isEqualTo(Cost.inDecimals(pricing, usage));
    }
  }

  @Test
  void noUsageOfThatSizeCostsMoreThanTheMost() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Pricing pricing = pricing(random);
      Usage usage = consistent(random);
      assertThat(Cost.atMost(pricing, usage.inputTokens(), usage.outputTokens()))
          .as("seed %d, round %d: %s of %s", seed, i, usage, pricing)
          .isGreaterThanOrEqualTo(Cost.of(pricing, usage));
    }
  }

  @Test
  void theOutputThatFitsCostsNoMoreThanIsAvailable() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Pricing pricing = pricing(random);
      Money available = Money.ofNanos(random.nextLong(1_000_000_000L));
      long input = random.nextLong(10_000);
      long output = Cost.outputThatFits(pricing, input, available);
      if (output >= 0 && output < Long.MAX_VALUE) {
        assertThat(Cost.atMost(pricing, input, output))
            .as("seed %d, round %d: %d beside %d of %s", seed, i, output, input, pricing)
            .isLessThanOrEqualTo(available);
      }
    }
  }

  @Test
  void pricesThatAreAllZeroAreFree() {
    assertThat(Pricing.of(Price.FREE, Price.of("0.0")).isFree()).isTrue();
    assertThat(MINI.isFree()).isFalse();
  }

  @Test
  void whatIsWrittenForAnHourCostsMoreThanForFiveMinutes() {
    Usage usage = new Usage(100, 0, 20, 50, 0, 0, 0, false).with(written(30));
    // The request 5000000; input 30 × 3000; read 20 × 300; 5 minutes 20 × 3750; an hour 30 × 6000.
    assertThat(Cost.of(RICH, usage).nanos())
        .isEqualTo(5_000_000 + 90_000 + 6_000 + 75_000 + 180_000);
  }

  private static Usage.Detail written(long forAnHour) {
    return Usage.Detail.of(forAnHour, 0, 0, null, null, null);
  }

  private static Usage served(ServiceTier tier, long in, long out) {
    return Usage.of(in, out).with(Usage.Detail.NONE.with(tier));
  }

  @Test
  void theServiceTierHasItsPricesAndTheStandardOnesForTheRest() {
    Pricing tiers =
        PriceTags.of(
            "input_cost_per_token", "4e-6",
            "output_cost_per_token", "20e-6",
            "input_cost_per_token_batches", "2e-6",
            "output_cost_per_token_batches", "10e-6",
            "input_cost_per_token_priority", "8e-6",
            "input_cost_per_token_above_200k_tokens", "9e-6",
            "input_cost_per_token_above_200k_tokens_priority", "16e-6");
    assertThat(Cost.of(tiers, served(ServiceTier.STANDARD, 10, 1)).nanos()).isEqualTo(60_000);
    assertThat(Cost.of(tiers, served(ServiceTier.BATCH, 10, 1)).nanos()).isEqualTo(30_000);
    assertThat(Cost.of(tiers, served(ServiceTier.PRIORITY, 10, 1)).nanos()).isEqualTo(100_000);
    assertThat(Cost.of(tiers, served(ServiceTier.FLEX, 10, 1)).nanos()).isEqualTo(60_000);
    assertThat(Cost.of(tiers, served(ServiceTier.PRIORITY, 200_001, 0)).nanos())
        .isEqualTo(200_001L * 16_000);
    // LiteLLM's order: the price of long prompts before that of the tier
    assertThat(Cost.of(tiers, served(ServiceTier.BATCH, 200_001, 0)).nanos())
        .isEqualTo(200_001L * 9_000);
  }

  @Test
  void aCachedTokenOfSoundIsNeitherSoundNorTextAsWell() {
    Pricing prices =
        PriceTags.of(
            "input_cost_per_token", "1e-6",
            "output_cost_per_token", "0",
            "cache_read_input_token_cost", "1e-7",
            "input_cost_per_audio_token", "1e-5",
            "cache_read_input_audio_token_cost", "2e-7");
    Usage told =
        new Usage(1000, 0, 800, 0, 900, 0, 0, false)
            .with(Usage.Detail.of(0, 750, 0, null, null, null));
    // text 1000-800-150 = 50 × 1000; cached text 50 × 100; cached sound 750 × 200; sound 150 ×
    // 10000
    assertThat(Cost.of(prices, told).nanos()).isEqualTo(50_000 + 5_000 + 150_000 + 1_500_000);
    // without the split, what does not fit beside the cached ones was among them
    Usage untold = new Usage(1000, 0, 800, 0, 900, 0, 0, false);
    assertThat(Cost.of(prices, untold).nanos()).isEqualTo(80_000 + 2_000_000);
  }

  @Test
  void everyTokenIsOfOnePartWhateverAProviderSays() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Pricing nano = PriceTags.of("input_cost_per_token", "1e-9", "output_cost_per_token", "1e-9");
    for (int i = 0; i < 20_000; i++) {
      Usage usage = usage(random);
      long in = 0;
      long out = 0;
      for (Item item : Item.values()) {
        long tokens = usage.tokens(item);
        assertThat(tokens).as("seed %d, round %d: %s of %s", seed, i, item, usage).isNotNegative();
        switch (item) {
          case OUTPUT, REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE -> out += tokens;
          default -> in += tokens;
        }
      }
      assertThat(in).as("seed %d, round %d: %s", seed, i, usage).isEqualTo(usage.inputTokens());
      assertThat(out).as("seed %d, round %d: %s", seed, i, usage).isEqualTo(usage.outputTokens());
      assertThat(
              usage.tokens(Item.CACHE_READ)
                  + usage.tokens(Item.CACHED_AUDIO)
                  + usage.tokens(Item.CACHED_IMAGE))
          .isLessThanOrEqualTo(usage.cachedTokens());
      // so at one price for all, they cost their number
      assertThat(Cost.of(nano, usage).nanos()).isEqualTo(in + out);
    }
  }

  @Test
  void whatTheProviderChargesComesBeforeThePrices() {
    Usage usage =
        Usage.of(10, 20).with(Usage.Detail.of(0, 0, 0, null, null, dollars("0.0123456785")));
    assertThat(Cost.of(MINI, usage).nanos()).isEqualTo(12_345_678); // half even
    assertThat(Cost.of(null, usage).nanos()).isEqualTo(12_345_678);
    assertThat(Cost.of(null, Usage.of(10, 20))).isEqualTo(Money.ZERO);
  }

  private static BigDecimal dollars(String text) {
    return new BigDecimal(text);
  }

  @Test
  void discountComesBeforeMarginAndTheSumIsRoundedOnce() {
    Pricing marked = MINI.with(new Markup(dollars("0.05"), dollars("0.1"), dollars("0.001")));
    // 13500 nano-dollars × 0.95 = 12825; × 1.1 = 14107.5; + 1000000
    Cost.Bill bill = Cost.bill(marked, Usage.of(10, 20));
    assertThat(bill.total().nanos()).isEqualTo(1_014_108);
    assertThat(bill.original().nanos()).isEqualTo(13_500);
    assertThat(bill.discount().nanos()).isEqualTo(675);
    assertThat(bill.margin().nanos()).isEqualTo(1_001_283);
    assertThat(bill.input().nanos()).isEqualTo(1_500);
    assertThat(bill.output().nanos()).isEqualTo(12_000);
    assertThat(Cost.atMost(marked, 10, 20)).isEqualTo(bill.total());
  }

  @Test
  void searchesCostByHowMuchTheyBringIn() {
    Pricing prices =
        PriceTags.of(
            Map.of(
                "input_cost_per_token",
                "0",
                "search_context_cost_per_query",
                Map.of("search_context_size_low", "0.005", "search_context_size_medium", "0.008")));
    Usage searched = new Usage(5, 5, 0, 0, 0, 0, 0, false, 0, 0, 3);
    assertThat(Cost.of(prices, searched).nanos()).isEqualTo(24_000_000);
    assertThat(Cost.of(prices, searched.with(Usage.Detail.NONE.with(SearchSize.LOW))).nanos())
        .isEqualTo(15_000_000);
    assertThat(Cost.of(prices, searched.with(Usage.Detail.NONE.with(SearchSize.HIGH))).nanos())
        .isEqualTo(24_000_000);
    assertThat(Cost.bill(prices, searched).tools().nanos()).isEqualTo(24_000_000);
  }

  @Test
  void callsOfOtherToolsCostOneByOne() {
    Pricing prices =
        PriceTags.of(
            "input_cost_per_token", "0",
            "file_search_cost_per_1k_calls", "0.0025",
            "code_interpreter_cost_per_session", "0.03");
    Usage used = Usage.of(5, 5).with(Usage.Detail.NONE.with(new Usage.Tools(3, 2)));
    assertThat(Cost.of(prices, used).nanos()).isEqualTo(67_500_000);
    assertThat(Cost.inDecimals(prices, used).nanos()).isEqualTo(67_500_000);
    assertThat(Cost.bill(prices, used).tools().nanos()).isEqualTo(67_500_000);
    assertThat(Cost.bill(prices, used).input().nanos()).isZero();
  }

  private static Pricing pricing(Random random) {
    Map<Name, Price> prices = new HashMap<>();
    long above = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(5_000);
    for (Item item : Item.values()) {
      boolean must = item == Item.INPUT || item == Item.OUTPUT;
      if (must || random.nextBoolean()) {
        prices.put(Name.of(item), price(random));
      }
      if (above > 0 && random.nextBoolean()) {
        prices.put(new Name(item, above, ServiceTier.STANDARD), price(random));
      }
    }
    return Pricing.of(prices);
  }

  /** Mostly as prices are; now and then beyond what a long of picodollars holds. */
  private static Price price(Random random) {
    int scale =
        switch (random.nextInt(10)) {
          case 0 -> random.nextInt(20);
          case 1 -> 0;
          default -> 6 + random.nextInt(8);
        };
    return new Price(BigDecimal.valueOf(random.nextInt(1_000), scale));
  }

  private static Usage usage(Random random) {
    return new Usage(
            tokens(random),
            tokens(random),
            tokens(random),
            tokens(random),
            tokens(random),
            tokens(random),
            tokens(random),
            false,
            tokens(random),
            tokens(random),
            0)
        .with(Usage.Detail.of(tokens(random), tokens(random), tokens(random), null, null, null));
  }

  private static long tokens(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1_000_000);
      default -> random.nextInt(10_000);
    };
  }

  /** Parts that do not exceed their totals. */
  private static Usage consistent(Random random) {
    long in = tokens(random);
    long out = tokens(random);
    long cached = random.nextLong(in + 1);
    long written = random.nextLong(in - cached + 1);
    long audio = random.nextLong(in - cached - written + 1);
    long reasoning = random.nextLong(out + 1);
    long audioOut = random.nextLong(out - reasoning + 1);
    return new Usage(in, out, cached, written, audio, reasoning, audioOut, false);
  }
}
