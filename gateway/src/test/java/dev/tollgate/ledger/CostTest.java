package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Tier;
import dev.tollgate.model.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  /** gpt-4o-mini: 0.15 and 0.60 USD a million tokens, 0.075 cached. */
  private static final Pricing MINI =
      new Pricing(
          Price.of("1.5e-07"),
          Price.of("6e-07"),
          Price.of("7.5e-08"),
          null,
          null,
          null,
          null,
          null,
          List.of());

  /** Everything has a price of its own. */
  private static final Pricing RICH =
      new Pricing(
          Price.of("0.000003"),
          Price.of("0.000015"),
          Price.of("0.0000003"),
          Price.of("0.00000375"),
          Price.of("0.00004"),
          Price.of("0.00002"),
          Price.of("0.00008"),
          Price.of("0.005"),
          List.of());

  private static final Pricing TIERED =
      new Pricing(
          Price.of("0.00000125"),
          Price.of("0.00001"),
          Price.of("0.000000125"),
          null,
          null,
          null,
          null,
          null,
          List.of(
              new Tier(128_000, Price.of("0.000002"), null, null, null),
              new Tier(
                  200_000,
                  Price.of("0.0000025"),
                  Price.of("0.000015"),
                  Price.of("0.00000025"),
                  null)));

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
    assertThat(Cost.free(Pricing.of(Price.FREE, Price.of("0.0")))).isTrue();
    assertThat(Cost.free(MINI)).isFalse();
  }

  private static Pricing pricing(Random random) {
    List<Tier> tiers =
        random.nextInt(3) > 0
            ? List.of()
            : List.of(
                new Tier(
                    random.nextInt(5_000),
                    maybe(random),
                    maybe(random),
                    maybe(random),
                    maybe(random)));
    return new Pricing(
        price(random),
        price(random),
        maybe(random),
        maybe(random),
        maybe(random),
        maybe(random),
        maybe(random),
        maybe(random),
        tiers);
  }

  private static @Nullable Price maybe(Random random) {
    return random.nextBoolean() ? null : price(random);
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
        false);
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
