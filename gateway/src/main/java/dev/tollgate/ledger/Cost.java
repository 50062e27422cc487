package dev.tollgate.ledger;

import dev.tollgate.model.Item;
import dev.tollgate.model.Markup;
import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Rates;
import dev.tollgate.model.SearchSize;
import dev.tollgate.model.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What usage costs at given prices. Pure and exact: parts are summed without rounding, and the sum
 * is rounded once, half even, to nano-dollars.
 *
 * <p>The rules are LiteLLM's: cached, written, audio and reasoning tokens at their own rates where
 * there are any, and the tier with the highest threshold below the number of prompt tokens (cached
 * ones included) for the whole call. What the provider says it charges comes before all of them.
 */
public final class Cost {
  /** Picodollars in a nano-dollar. */
  private static final long PICOS = 1000;

  /** The fast path does not apply. */
  private static final long NONE = Rates.NOT_WHOLE;

  /** What is counted in tokens. */
  private static final Item[] TOKENS = {
    Item.INPUT,
    Item.OUTPUT,
    Item.CACHE_READ,
    Item.CACHE_WRITE,
    Item.CACHE_WRITE_HOUR,
    Item.INPUT_AUDIO,
    Item.INPUT_IMAGE,
    Item.CACHED_AUDIO,
    Item.CACHED_IMAGE,
    Item.REASONING,
    Item.OUTPUT_AUDIO,
    Item.OUTPUT_IMAGE
  };

  private static final Item[] OUTPUT = {
    Item.OUTPUT, Item.REASONING, Item.OUTPUT_AUDIO, Item.OUTPUT_IMAGE
  };

  private Cost() {}

  /**
   * A call's cost in its parts, each rounded by itself.
   *
   * @param original before discount and margin
   * @param discount taken off
   * @param margin put on, so that {@code total} is {@code original} − discount + margin
   * @param input of the prompt and the call itself; zero where the provider only says a sum
   * @param output of the answer
   * @param tools of searches on the web and other tools that the provider ran
   * @param total what is charged
   */
  public record Bill(
      Money original,
      Money discount,
      Money margin,
      Money input,
      Money output,
      Money tools,
      Money total) {
    public static final Bill NONE =
        new Bill(
            Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO);
  }

  /**
   * Cost of a call.
   *
   * @param pricing null if no price is known: then only what the provider says counts
   * @throws ArithmeticException if it is beyond what {@link Money} holds (9.2 billion dollars)
   */
  public static Money of(@Nullable Pricing pricing, Usage usage) {
    if (pricing == null || usage.detail().reported() != null || usage.quantity() != null) {
      return inDecimals(pricing, usage);
    }
    long picos = pricing.markup().isNone() ? picos(rates(pricing, usage), usage) : NONE;
    return picos == NONE ? inDecimals(pricing, usage) : rounded(picos);
  }

  /** Cost in decimals, which is always right; {@link #of} has to give the same. */
  static Money inDecimals(@Nullable Pricing pricing, Usage usage) {
    Markup markup = pricing == null ? Markup.NONE : pricing.markup();
    return Money.ofDollars(marked(markup, original(pricing, usage)));
  }

  /** What a call costs, in its parts. */
  public static Bill bill(@Nullable Pricing pricing, Usage usage) {
    if (pricing == null || usage.detail().reported() != null) {
      Money original = Money.ofDollars(original(pricing, usage));
      return bill(pricing, usage, original, Money.ZERO, Money.ZERO);
    }
    Rates rates = rates(pricing, usage);
    long written = 0;
    for (Item item : OUTPUT) {
      written = times(rates.picos(item), usage.tokens(item), written);
    }
    Money output = written == NONE ? outputInDecimals(rates, usage) : rounded(written);
    long ran = tools(rates, usage, 0);
    Money tools = ran == NONE ? Money.ofDollars(toolsInDecimals(rates, usage)) : rounded(ran);
    Money original =
        pricing.markup().isNone() ? of(pricing, usage) : Money.ofDollars(dollars(rates, usage));
    return bill(pricing, usage, original, output, tools);
  }

  private static Bill bill(
      @Nullable Pricing pricing, Usage usage, Money original, Money output, Money tools) {
    Money input =
        pricing == null || usage.detail().reported() != null
            ? Money.ZERO
            : original.minus(output).minus(tools);
    if (pricing == null || pricing.markup().isNone()) {
      return new Bill(original, Money.ZERO, Money.ZERO, input, output, tools, original);
    }
    Money total = of(pricing, usage);
    Money discount = Money.ofDollars(pricing.markup().discountOf(original(pricing, usage)));
    Money margin = total.minus(original).plus(discount);
    return new Bill(original, discount, margin, input, output, tools, total);
  }

  private static Money outputInDecimals(Rates rates, Usage usage) {
    BigDecimal written = BigDecimal.ZERO;
    for (Item item : OUTPUT) {
      written = written.add(product(rates.price(item), usage.tokens(item)));
    }
    return Money.ofDollars(written);
  }

  private static Rates rates(Pricing pricing, Usage usage) {
    return pricing.rates(usage.detail().serviceTier(), usage.inputTokens());
  }

  private static Item search(Usage usage) {
    SearchSize size = usage.detail().searchSize();
    return (size == null ? SearchSize.MEDIUM : size).item();
  }

  private static BigDecimal original(@Nullable Pricing pricing, Usage usage) {
    BigDecimal reported = usage.detail().reported();
    if (reported != null) {
      return reported;
    }
    return pricing == null ? BigDecimal.ZERO : dollars(rates(pricing, usage), usage);
  }

  private static BigDecimal marked(Markup markup, BigDecimal original) {
    if (markup.isNone()) {
      return original;
    }
    BigDecimal discounted = original.subtract(markup.discountOf(original));
    return discounted.add(markup.marginOf(discounted));
  }

  /**
   * Most that a call of this size can cost, whatever its tokens turn out to be: each at the dearest
   * rate that it could have.
   */
  static Money atMost(Pricing pricing, long inputTokens, long outputTokens) {
    Rates rates = pricing.rates(null, inputTokens);
    long picos = times(rates.picos(rates.dearestInput()), inputTokens, 0);
    picos = times(rates.picos(rates.dearestOutput()), outputTokens, picos);
    picos = times(rates.picos(Item.REQUEST), 1, picos);
    if (picos != NONE && pricing.markup().isNone()) {
      return rounded(picos);
    }
    return Money.ofDollars(
        marked(
            pricing.markup(),
            product(rates.price(rates.dearestInput()), inputTokens)
                .add(product(rates.price(rates.dearestOutput()), outputTokens))
                .add(rates.price(Item.REQUEST).dollars())));
  }

  /**
   * Most output tokens that fit into {@code available} beside the input.
   *
   * @return -1 if not even the input fits; {@link Long#MAX_VALUE} if output is free
   */
  static long outputThatFits(Pricing pricing, long inputTokens, Money available) {
    Rates rates = pricing.rates(null, inputTokens);
    BigDecimal left =
        unmarked(pricing.markup(), available.dollars())
            .subtract(product(rates.price(rates.dearestInput()), inputTokens))
            .subtract(rates.price(Item.REQUEST).dollars());
    if (left.signum() < 0) {
      return -1;
    }
    BigDecimal output = rates.price(rates.dearestOutput()).dollars();
    if (output.signum() == 0) {
      return Long.MAX_VALUE;
    }
    BigInteger tokens = left.divideToIntegralValue(output).toBigInteger();
    return tokens.bitLength() > 62 ? Long.MAX_VALUE : tokens.longValue();
  }

  /** The most that, marked up, is no more than {@code available}. */
  private static BigDecimal unmarked(Markup markup, BigDecimal available) {
    if (markup.isNone()) {
      return available;
    }
    BigDecimal factor =
        BigDecimal.ONE.subtract(markup.discount()).multiply(BigDecimal.ONE.add(markup.margin()));
    BigDecimal left = available.subtract(markup.fixed());
    return factor.signum() == 0 || left.signum() < 0
        ? left
        : left.divide(factor, new MathContext(40, RoundingMode.DOWN));
  }

  private static long picos(Rates rates, Usage usage) {
    long sum = times(rates.picos(Item.REQUEST), 1, 0);
    for (Item item : TOKENS) {
      sum = times(rates.picos(item), usage.tokens(item), sum);
    }
    return tools(rates, usage, sum);
  }

  private static long tools(Rates rates, Usage usage, long sum) {
    long all = sum;
    if (usage.webSearches() != 0) {
      all = times(rates.picos(search(usage)), usage.webSearches(), all);
    }
    Usage.Tools tools = usage.detail().tools();
    all = times(rates.picos(Item.FILE_SEARCH), tools.fileSearches(), all);
    return times(rates.picos(Item.CODE_SESSION), tools.codeSessions(), all);
  }

  private static BigDecimal toolsInDecimals(Rates rates, Usage usage) {
    Usage.Tools tools = usage.detail().tools();
    return product(rates.price(search(usage)), usage.webSearches())
        .add(product(rates.price(Item.FILE_SEARCH), tools.fileSearches()))
        .add(product(rates.price(Item.CODE_SESSION), tools.codeSessions()));
  }

  private static BigDecimal dollars(Rates rates, Usage usage) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Item item : TOKENS) {
      sum = sum.add(product(rates.price(item), usage.tokens(item)));
    }
    Quantity quantity = usage.quantity();
    if (quantity != null && (sum.signum() == 0 || !quantity.unit().standsForTokens())) {
      sum = sum.add(dollars(rates, quantity));
    }
    return sum.add(toolsInDecimals(rates, usage)).add(rates.price(Item.REQUEST).dollars());
  }

  /** What is not counted in tokens, exactly: thousandths of a second have three places more. */
  static BigDecimal dollars(Rates rates, Quantity quantity) {
    return product(rates.price(quantity.unit().item()), quantity.amount())
        .divide(BigDecimal.valueOf(quantity.unit().parts()));
  }

  private static BigDecimal product(Price price, long tokens) {
    return tokens == 0 ? BigDecimal.ZERO : price.dollars().multiply(BigDecimal.valueOf(tokens));
  }

  /** {@code sum + price × tokens} in picodollars, or {@link #NONE} if that is no whole long. */
  private static long times(long picos, long tokens, long sum) {
    if (tokens == 0 || picos == 0 || sum == NONE) {
      return sum;
    }
    if (picos == NONE || tokens < 0 || Math.multiplyHigh(picos, tokens) != 0) {
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
}
