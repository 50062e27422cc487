package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What usage costs at given prices. Pure and exact: parts are summed without rounding, and the sum
 * is rounded once, half even, to nano-dollars.
 *
 * <p>The rules are LiteLLM's: cached, written, audio and reasoning tokens at their own rates where
 * there are any, and the tier with the highest threshold below the number of prompt tokens (cached
 * ones included) for the whole call.
 */
public final class Cost {
  /** Picodollars in a nano-dollar. */
  private static final long PICOS = 1000;

  /** Decimal places of a picodollar. */
  private static final int PICO_SCALE = 12;

  /** Digits that surely fit into a long. */
  private static final int LONG_DIGITS = 18;

  private static final long[] POWERS = powers();

  /** The fast path does not apply. */
  private static final long NONE = -1;

  private Cost() {}

  /**
   * Cost of a call.
   *
   * @throws ArithmeticException if it is beyond what {@link Money} holds (9.2 billion dollars)
   */
  public static Money of(Pricing pricing, Usage usage) {
    Rates rates = Rates.of(pricing, usage.inputTokens());
    if (usage.quantity() != null) {
      return Money.ofDollars(dollars(rates, usage).add(dollars(pricing, usage.quantity())));
    }
    long picos = picos(rates, usage);
    return picos == NONE ? Money.ofDollars(dollars(rates, usage)) : rounded(picos);
  }

  /** Cost in decimals, which is always right; {@link #of} has to give the same. */
  static Money inDecimals(Pricing pricing, Usage usage) {
    return Money.ofDollars(dollars(Rates.of(pricing, usage.inputTokens()), usage));
  }

  /** What is not counted in tokens, exactly: thousandths of a second have three places more. */
  private static BigDecimal dollars(Pricing pricing, Quantity quantity) {
    Price price = pricing.units().get(quantity.unit());
    return price == null
        ? BigDecimal.ZERO
        : price
            .dollars()
            .multiply(BigDecimal.valueOf(quantity.amount()))
            .divide(BigDecimal.valueOf(quantity.unit().parts()));
  }

  /**
   * Most that a call of this size can cost, whatever its tokens turn out to be: each at the dearest
   * rate that it could have.
   */
  static Money atMost(Pricing pricing, long inputTokens, long outputTokens) {
    Rates rates = Rates.of(pricing, inputTokens);
    long picos = times(rates.dearestInput(), inputTokens, 0);
    picos = times(rates.dearestOutput(), outputTokens, picos);
    picos = times(rates.request(), 1, picos);
    if (picos != NONE) {
      return rounded(picos);
    }
    return Money.ofDollars(
        product(rates.dearestInput(), inputTokens)
            .add(product(rates.dearestOutput(), outputTokens))
            .add(product(rates.request(), 1)));
  }

  /**
   * Most output tokens that fit into {@code available} beside the input.
   *
   * @return -1 if not even the input fits; {@link Long#MAX_VALUE} if output is free
   */
  static long outputThatFits(Pricing pricing, long inputTokens, Money available) {
    Rates rates = Rates.of(pricing, inputTokens);
    BigDecimal left =
        available
            .dollars()
            .subtract(product(rates.dearestInput(), inputTokens))
            .subtract(product(rates.request(), 1));
    if (left.signum() < 0) {
      return -1;
    }
    BigDecimal output = rates.dearestOutput().dollars();
    if (output.signum() == 0) {
      return Long.MAX_VALUE;
    }
    BigInteger tokens = left.divideToIntegralValue(output).toBigInteger();
    return tokens.bitLength() > 62 ? Long.MAX_VALUE : tokens.longValue();
  }

  /** True if no call can cost anything at these prices. */
  static boolean free(Pricing pricing) {
    return isFree(pricing.input())
        && isFree(pricing.output())
        && isFree(pricing.cacheRead())
        && isFree(pricing.cacheWrite())
        && isFree(pricing.inputAudio())
        && isFree(pricing.reasoning())
        && isFree(pricing.outputAudio())
        && isFree(pricing.request())
        && isFree(pricing.inputImage())
        && isFree(pricing.outputImage())
        && pricing.units().values().stream().allMatch(Cost::isFree)
        && pricing.tiers().stream()
            .allMatch(
                tier ->
                    isFree(tier.input())
                        && isFree(tier.output())
                        && isFree(tier.cacheRead())
                        && isFree(tier.cacheWrite()));
  }

  private static boolean isFree(@Nullable Price price) {
    return price == null || price.dollars().signum() == 0;
  }

  private static long picos(Rates rates, Usage usage) {
    long sum = times(rates.input(), inputText(usage), 0);
    sum = times(rates.output(), outputText(usage), sum);
    sum = times(rates.cacheRead(), usage.cachedTokens(), sum);
    sum = times(rates.cacheWrite(), usage.cacheWriteTokens(), sum);
    sum = times(rates.inputAudio(), usage.inputAudioTokens(), sum);
    sum = times(rates.reasoning(), usage.reasoningTokens(), sum);
    sum = times(rates.outputAudio(), usage.outputAudioTokens(), sum);
    sum = times(rates.inputImage(), usage.inputImageTokens(), sum);
    sum = times(rates.outputImage(), usage.outputImageTokens(), sum);
    return times(rates.request(), 1, sum);
  }

  private static BigDecimal dollars(Rates rates, Usage usage) {
    return product(rates.input(), inputText(usage))
        .add(product(rates.output(), outputText(usage)))
        .add(product(rates.cacheRead(), usage.cachedTokens()))
        .add(product(rates.cacheWrite(), usage.cacheWriteTokens()))
        .add(product(rates.inputAudio(), usage.inputAudioTokens()))
        .add(product(rates.reasoning(), usage.reasoningTokens()))
        .add(product(rates.outputAudio(), usage.outputAudioTokens()))
        .add(product(rates.inputImage(), usage.inputImageTokens()))
        .add(product(rates.outputImage(), usage.outputImageTokens()))
        .add(product(rates.request(), 1));
  }

  /** Prompt tokens that are of no special kind; a provider's parts may exceed its total. */
  private static long inputText(Usage usage) {
    return Math.max(
        0,
        usage.inputTokens()
            - usage.cachedTokens()
            - usage.cacheWriteTokens()
            - usage.inputAudioTokens()
            - usage.inputImageTokens());
  }

  private static long outputText(Usage usage) {
    return Math.max(
        0,
        usage.outputTokens()
            - usage.reasoningTokens()
            - usage.outputAudioTokens()
            - usage.outputImageTokens());
  }

  private static BigDecimal product(Price price, long tokens) {
    return tokens == 0 ? BigDecimal.ZERO : price.dollars().multiply(BigDecimal.valueOf(tokens));
  }

  /** {@code sum + price × tokens} in picodollars, or {@link #NONE} if that is no whole long. */
  private static long times(Price price, long tokens, long sum) {
    if (tokens == 0 || sum == NONE) {
      return sum;
    }
    BigDecimal dollars = price.dollars();
    int shift = PICO_SCALE - dollars.scale();
    if (shift < 0
        || shift > LONG_DIGITS
        || dollars.precision() + shift > LONG_DIGITS
        || tokens < 0) {
      return dollars.signum() == 0 ? sum : NONE;
    }
    long picos = dollars.unscaledValue().longValue() * POWERS[shift];
    if (picos < 0 || Math.multiplyHigh(picos, tokens) != 0) {
      return NONE;
    }
    long product = picos * tokens;
    long total = sum + product;
    return product < 0 || total < 0 ? NONE : total;
  }

  /** Half even. */
  private static Money rounded(long picos) {
    long nanos = picos / PICOS;
    long rest = picos % PICOS;
    boolean up = rest > PICOS / 2 || (rest == PICOS / 2 && (nanos & 1) == 1);
    return Money.ofNanos(up ? nanos + 1 : nanos);
  }

  private static long[] powers() {
    long[] powers = new long[LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** Prices of one call: the tier chosen, and what has no price of its own put where it belongs. */
  private record Rates(
      Price input,
      Price output,
      Price cacheRead,
      Price cacheWrite,
      Price inputAudio,
      Price reasoning,
      Price outputAudio,
      Price request,
      Price inputImage,
      Price outputImage) {

    static Rates of(Pricing pricing, long promptTokens) {
      Price input = pricing.input();
      Price output = pricing.output();
      Price cacheRead = pricing.cacheRead();
      Price cacheWrite = pricing.cacheWrite();
      for (int i = pricing.tiers().size() - 1; i >= 0; i--) {
        Pricing.Tier tier = pricing.tiers().get(i);
        if (promptTokens > tier.aboveTokens()) {
          input = or(tier.input(), input);
          output = or(tier.output(), output);
          cacheRead = tier.cacheRead() == null ? cacheRead : tier.cacheRead();
          cacheWrite = tier.cacheWrite() == null ? cacheWrite : tier.cacheWrite();
          break;
        }
      }
      return new Rates(
          input,
          output,
          or(cacheRead, input),
          or(cacheWrite, input),
          or(pricing.inputAudio(), input),
          or(pricing.reasoning(), output),
          or(pricing.outputAudio(), output),
          or(pricing.request(), Price.FREE),
          or(pricing.inputImage(), input),
          or(pricing.outputImage(), output));
    }

    private static Price or(@Nullable Price price, Price otherwise) {
      return price == null ? otherwise : price;
    }

    Price dearestInput() {
      return dearer(dearer(dearer(input, cacheRead), dearer(cacheWrite, inputAudio)), inputImage);
    }

    Price dearestOutput() {
      return dearer(dearer(output, reasoning), dearer(outputAudio, outputImage));
    }

    private static Price dearer(Price one, Price other) {
      return one.dollars().compareTo(other.dollars()) >= 0 ? one : other;
    }
  }
}
