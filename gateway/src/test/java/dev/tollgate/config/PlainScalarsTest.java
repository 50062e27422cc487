package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainScalarsTest {
  @ParameterizedTest
  @ValueSource(strings = {"yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})
  void yesIsTrue(String text) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})
  void noIsFalse(String text) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
  void nothingIsNull(String text) {
    assertThat(PlainScalars.resolve(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-7,-7",
    "+7,7",
    "1_000,1000",
    "010,8",
    "0x1F,31",
    "0b101,5",
    "1:30,90",
    "-1:00:00,-3600"
  })
  void wholeNumbersAreThoseOfYaml11(String text, long value) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "-9223372036854775809"})
  void wholeNumbersBeyondALongStayExact(String text) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(new BigInteger(text));
  }

  @ParameterizedTest
  @CsvSource({
    "1.5e-07,1.5E-7",
    "0.00000015,1.5E-7",
    ".5,0.5",
    "1.,1",
    "-1.0e+3,-1.0E3",
    "1_0.0_1,10.01"
  })
  void decimalsStayExact(String text, BigDecimal value) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e-07",
        "1.5e7",
        "yEs",
        "y",
        "n",
        "nil",
        "tRUE",
        "2024-02-01",
        "08",
        "1.2.3",
        "0o7",
        "-",
        "+",
        ".",
        ".inf",
        ".nan",
        "12:99",
        "sk-1",
        "-.5",
        "1 2"
      })
  void anythingElseIsText(String text) {
    assertThat(PlainScalars.resolve(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1e-07,1E-7", "' 60 ',60", "6E3,6E3", "-2,-2"})
  void textThatSpellsANumberCanBeReadAsOne(String text, BigDecimal value) {
    assertThat(PlainScalars.number(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1e", "0x10", "1,5", "NaN"})
  void otherTextIsNoNumber(String text) {
    assertThat(PlainScalars.number(text)).isNull();
  }
}
