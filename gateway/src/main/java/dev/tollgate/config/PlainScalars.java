package dev.tollgate.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an unquoted YAML scalar means. LiteLLM reads with PyYAML, which follows YAML 1.1: {@code
 * yes} and {@code off} are booleans, {@code 010} is eight, {@code 1:30} is ninety, and {@code
 * 1e-07} without a point is text. Decimals stay exact.
 */
final class PlainScalars {
  /** Longer or larger numbers are no configuration, and arithmetic on them is slow. */
  static final int DIGITS_MAX = 100;

  private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
  private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*(:[0-5]?[0-9])*)");
  private static final Pattern DECIMAL =
      Pattern.compile("([-+]?[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*)([eE][-+][0-9]+)?");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private PlainScalars() {}

  /**
   * @throws ArithmeticException if it is a number beyond {@link #DIGITS_MAX}
   */
  static @Nullable Object resolve(String text) {
    if (text.isEmpty() || NULL.matcher(text).matches()) {
      return null;
    }
    char first = text.charAt(0);
    if (Character.isLetter(first)) {
      boolean isTrue = TRUE.matcher(text).matches();
      return isTrue || FALSE.matcher(text).matches() ? (Object) isTrue : text;
    }
    if (INTEGER.matcher(text).matches()) {
      return integer(text);
    }
    if (DECIMAL.matcher(text).matches()) {
      return decimal(text.replace("_", ""));
    }
    return text;
  }

  /**
   * A number from text that YAML did not take for one: {@code 1e-07}, or a variable's value.
   *
   * @return null if it is no number
   * @throws ArithmeticException if it is beyond {@link #DIGITS_MAX}
   */
  static @Nullable BigDecimal number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches() ? decimal(stripped) : null;
  }

  private static BigDecimal decimal(String text) {
    int exponentAt = Math.max(text.indexOf('e'), text.indexOf('E'));
    int exponentLength = exponentAt < 0 ? 0 : text.length() - exponentAt;
    if (text.length() > DIGITS_MAX || exponentLength > 6) {
      throw new ArithmeticException("number too long");
    }
    BigDecimal number = new BigDecimal(text);
    if (Math.abs(number.scale()) > DIGITS_MAX) {
      throw new ArithmeticException("number out of range");
    }
    return number;
  }

  private static Object integer(String text) {
    if (text.length() > DIGITS_MAX) {
      throw new ArithmeticException("number too long");
    }
    String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    BigInteger value = magnitude(digits);
    if (negative) {
      value = value.negate();
    }
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static BigInteger magnitude(String digits) {
    if (digits.startsWith("0b")) {
      return new BigInteger("0" + digits.substring(2), 2);
    }
    if (digits.startsWith("0x")) {
      return new BigInteger("0" + digits.substring(2), 16);
    }
    if (digits.startsWith("0")) {
      return new BigInteger(digits, 8);
    }
    BigInteger value = BigInteger.ZERO;
    for (String part : digits.split(":", -1)) {
      value = value.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
    }
    return value;
  }
}
