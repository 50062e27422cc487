package dev.tollgate.model;

/**
 * What a call used that is not counted in tokens.
 *
 * @param amount whole, from 0; of seconds in thousandths
 */
public record Quantity(Unit unit, long amount) {
  /** What providers charge by. */
  public enum Unit {
    IMAGE(1, Item.IMAGE),
    CHARACTER(1, Item.CHARACTER),
    SECOND(1000, Item.SECOND),
    QUERY(1, Item.QUERY),
    PAGE(1, Item.PAGE);

    private final int parts;
    private final Item item;

    Unit(int parts, Item item) {
      this.parts = parts;
      this.item = item;
    }

    /** How many of an amount make up one priced unit. */
    public int parts() {
      return parts;
    }

    /** What has its price. */
    public Item item() {
      return item;
    }

    /** Whether it is another measure of what tokens measure as well, and so never charged twice. */
    public boolean standsForTokens() {
      return switch (this) {
        case IMAGE, SECOND -> true;
        case CHARACTER, QUERY, PAGE -> false;
      };
    }
  }
}
