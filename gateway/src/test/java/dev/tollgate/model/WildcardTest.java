package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {
  @ParameterizedTest
  @CsvSource({
    "openai/*, openai/gpt-4o, gpt-4o",
    "openai/*, openai/, ''",
    "*, anything/at:all.v1, anything/at:all.v1",
    "a/claude-*, a/claude-3-5, 3-5",
    "*-mini, gpt-4o-mini, gpt-4o",
    "openai/*/x, openai/a/b/x, a/b",
  })
  void aStarStandsForAnyText(String pattern, String name, String captured) {
    assertThat(Wildcard.of(pattern).match(name)).isEqualTo(List.of(captured));
  }

  @ParameterizedTest
  @CsvSource({
    "openai/*, anthropic/x",
    "a*a, a",
    "ab*ba, aba",
    "*x*x, x",
    "openai.*, openaiX4",
    "plain, plainer",
  })
  void whatIsAroundTheStarsIsTakenLiterally(String pattern, String name) {
    assertThat(Wildcard.of(pattern).match(name)).isNull();
  }

  @Test
  void severalStarsCaptureInOrder() {
    assertThat(Wildcard.of("a/*/b/*").match("a/1/b/2/b/3")).isEqualTo(List.of("1", "2/b/3"));
  }

  @Test
  void aNameMadeToBacktrackCostsNothing() {
    String name = "a".repeat(100_000);
    assertThat(Wildcard.of("*a*a*a*a*a*a*a*a*b").match(name)).isNull();
  }
}
