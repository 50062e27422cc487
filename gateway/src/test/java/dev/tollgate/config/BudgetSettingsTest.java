package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.tollgate.model.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets of {@code litellm_settings}. */
class BudgetSettingsTest {
  @TempDir private Path folder;

  private LitellmSettings read(String settings) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("config.yaml"),
            "litellm_settings:\n" + settings.indent(2) + "model_list: []\n");
    Config config = new ConfigReader(_ -> null).read(file);
    assertThat(config.findings()).noneMatch(Finding::changesBehaviour);
    return config.litellm();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"06:30\"', 06:30",
    "06:30, 06:30",
    "10:30, 10:30",
    "'\"9:05\"', 09:05",
    "00:00, 00:00",
    "~, 00:00"
  })
  void aTimeOfDayIsReadAsYamlGivesIt(String written, LocalTime read) throws IOException {
    assertThat(read("budget_reset_time: " + written).budgetDay().start()).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'24:00'", "'06:60'", "noon", "-5", "1440", "[6]"})
  void whatIsNoTimeOfDayIsRefusedByName(String written) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("budget_reset_time: " + written))
        .withMessageContaining("litellm_settings.budget_reset_time: expected a time of day");
  }

  @Test
  void endUsersAndTagsHaveBudgets() throws IOException {
    LitellmSettings settings =
        read(
            """
            max_end_user_budget: 0.5
            tag_budget_config:
              batch: {max_budget: 2, budget_duration: 1d}
              chat: {budget_limit: 3}
            """);
    assertThat(settings.endUserBudget()).isEqualTo(Money.ofNanos(500_000_000));
    assertThat(settings.tagBudgets())
        .containsOnly(
            entry("batch", new SpendCap(Money.ofNanos(2_000_000_000), "1d")),
            entry("chat", new SpendCap(Money.ofNanos(3_000_000_000L), null)));
  }

  @Test
  void aTagsBudgetThatIsNoneIsRefusedByName() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("tag_budget_config: {batch: {max_budget: much}}"))
        .withMessageContaining("litellm_settings.tag_budget_config.batch.budget_limit");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("tag_budget_config: {batch: {budget_duration: 1d}}"))
        .withMessageContaining("litellm_settings.tag_budget_config.batch");
  }
}
