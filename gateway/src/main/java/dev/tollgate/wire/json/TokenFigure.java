package dev.tollgate.wire.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Counts of tokens as providers write them: {@code 1000}, {@code 1000.0} or {@code "1000"}. They
 * are not negative, and bounded; a fraction is rounded down, and what is no figure reads as 0.
 */
public final class TokenFigure {
  /** More tokens than any call has. */
  private static final long MAX = 1L << 40;

  private static final int CHARS_MAX = 20;

  private TokenFigure() {}

  /** Of the value that begins at the parser's current token, which is read to its end. */
  public static long read(JsonParser parser, JsonToken value) {
    return switch (value) {
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> bounded(parser.getLongValue());
            default -> 0;
          };
      case VALUE_NUMBER_FLOAT -> bounded(parser.getDoubleValue());
      case VALUE_STRING -> parser.getStringLength() > CHARS_MAX ? 0 : of(parser.getString());
      default -> {
        parser.skipChildren();
        yield 0;
      }
    };
  }

  public static long of(JsonNode value) {
    if (value.isString()) {
      return of(value.stringValue());
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? bounded(value.longValue()) : 0;
    }
    return value.isNumber() ? bounded(value.doubleValue()) : 0;
  }

  private static long of(String text) {
    try {
      return text.length() > CHARS_MAX ? 0 : bounded(new BigDecimal(text).doubleValue());
    } catch (NumberFormatException noFigure) {
      return 0;
    }
  }

  private static long bounded(long tokens) {
    return Math.max(0, Math.min(tokens, MAX));
  }

  private static long bounded(double tokens) {
    return tokens < Long.MAX_VALUE ? bounded((long) tokens) : 0;
  }
}
