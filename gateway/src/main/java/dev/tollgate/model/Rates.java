package dev.tollgate.model;

import java.math.BigDecimal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prices of one call: its service tier and the length of its prompt chosen, and what has no price
 * of its own put where it belongs. Immutable.
 */
@SuppressWarnings("EnumOrdinal") // an index into arrays that live no longer than the enum
public final class Rates {
  /** The price is no whole number of picodollars that fits into a long. */
  public static final long NOT_WHOLE = -1;

  /** Decimal places of a picodollar. */
  private static final int PICO_SCALE = 12;

  private static final Item[] ITEMS = Item.values();

  private final Price[] prices = new Price[ITEMS.length];
  private final long[] picos = new long[ITEMS.length];
  private final Item dearestInput;
  private final Item dearestOutput;

  Rates(Function<Item, @Nullable Price> given) {
    for (Item item : ITEMS) {
      Price price = given.apply(item);
      Item kindOf = item.kindOf();
      if (item == Item.CACHED_AUDIO && given.apply(Item.CACHE_READ) == null) {
        kindOf = Item.INPUT_AUDIO;
      } else if (item == Item.CACHED_IMAGE && given.apply(Item.CACHE_READ) == null) {
        kindOf = Item.INPUT_IMAGE;
      }
      if (price == null) {
        price = kindOf == null ? Price.FREE : prices[kindOf.ordinal()];
      }
      prices[item.ordinal()] = price;
      picos[item.ordinal()] = picos(price.dollars());
    }
    dearestInput =
        dearest(
            Item.INPUT,
            Item.CACHE_READ,
            Item.CACHE_WRITE,
            Item.CACHE_WRITE_HOUR,
            Item.INPUT_AUDIO,
            Item.INPUT_IMAGE,
            Item.CACHED_AUDIO,
            Item.CACHED_IMAGE);
    dearestOutput = dearest(Item.OUTPUT, Item.REASONING, Item.OUTPUT_AUDIO, Item.OUTPUT_IMAGE);
  }

  private Item dearest(Item first, Item... others) {
    Item dearest = first;
    for (Item item : others) {
      if (price(item).dollars().compareTo(price(dearest).dollars()) > 0) {
        dearest = item;
      }
    }
    return dearest;
  }

  private static long picos(BigDecimal dollars) {
    try {
      return dollars.signum() == 0
          ? 0
          : dollars.precision() - dollars.scale() > PICO_SCALE / 2
              ? NOT_WHOLE
              : dollars.movePointRight(PICO_SCALE).longValueExact();
    } catch (ArithmeticException finer) {
      return NOT_WHOLE;
    }
  }

  /** What one of it costs, {@link Price#FREE} where there is no price. */
  public Price price(Item item) {
    return prices[item.ordinal()];
  }

  /** The same in picodollars, {@link #NOT_WHOLE} where that has a fraction. */
  public long picos(Item item) {
    return picos[item.ordinal()];
  }

  /** What a token of the prompt costs at most. */
  public Item dearestInput() {
    return dearestInput;
  }

  /** What a token of the answer costs at most. */
  public Item dearestOutput() {
    return dearestOutput;
  }
}
