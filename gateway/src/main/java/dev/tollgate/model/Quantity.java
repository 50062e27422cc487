package dev.tollgate.model;

/**
 * What a call used that is not counted in tokens.
 *
 * @param amount whole, from 0; of seconds in thousandths
 */
public record Quantity(Unit unit, long amount) {
  /** What providers charge by. */
  public enum Unit {
    IMAGE(1),
    CHARACTER(1),
    SECOND(1000),
    QUERY(1);

    private final int parts;

    Unit(int parts) {
      this.parts = parts;
    }

    /** How many of an amount make up one priced unit. */
    public int parts() {
      return parts;
    }
  }
}
