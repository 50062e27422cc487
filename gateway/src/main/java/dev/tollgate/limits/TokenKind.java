package dev.tollgate.limits;

/** Which tokens the limits of callers count: {@code token_rate_limit_type}. */
public enum TokenKind {
  TOTAL,
  INPUT,
  OUTPUT;

  /** So many of these are counted. */
  public long of(long input, long output) {
    return switch (this) {
      case TOTAL -> input + output;
      case INPUT -> input;
      case OUTPUT -> output;
    };
  }
}
