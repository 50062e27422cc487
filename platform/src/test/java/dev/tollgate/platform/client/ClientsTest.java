package dev.tollgate.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.settings.Settings;
import dev.tollgate.platform.settings.SettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClientsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private Clients clients(Map<String, String> environ, boolean strict) {
    var settings = Settings.load(environ, null, Map.of(), strict);
    return new Clients(settings, now::get, CallLimits.USUAL);
  }

  @Test
  void withoutAKeyThereIsNoClient() {
    assertThat(clients(Map.of(), false).openAiClient()).isEmpty();
    assertThat(clients(Map.of(), false).blockClient()).isEmpty();
    assertThat(clients(Map.of("OPENAI_API_KEY", "k"), true).openAiClient()).isEmpty();
  }

  @Test
  void theUtilityClientUsesTheInternalAddressAndTheBlocksTheOther() {
    var clients =
        clients(
            Map.of(
                "OPENAI_API_KEY", "k",
                "OPENAI_INTERNAL_API_KEY", "i",
                "OPENAI_BASE_URL", "http://p:4000",
                "OPENAI_INTERNAL_BASE_URL", "http://q:4000/v1/"),
            false);
    assertThat(clients.openAiClient().orElseThrow().baseUrl()).isEqualTo("http://q:4000/v1/");
    assertThat(clients.blockClient().orElseThrow().baseUrl()).isEqualTo("http://p:4000");
  }

  @Test
  void aClientIsKeptForAnHour() {
    var clients = clients(Map.of("OPENAI_API_KEY", "k"), false);
    var first = clients.openAiClient().orElseThrow();
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(59)));
    assertThat(clients.openAiClient()).containsSame(first);
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));
    var second = clients.openAiClient().orElseThrow();
    assertThat(second).isNotSameAs(first);
    assertThat(clients.openAiClient()).containsSame(second);
  }

  @Test
  void aWithheldKeyIsNoClientAndItsUseSaysWhy() {
    var clients =
        clients(Map.of("OPENAI_API_KEY", "k", "OPENAI_INTERNAL_BASE_URL", "http://q"), false);
    assertThat(clients.openAiClient()).isEmpty();
    assertThatThrownBy(clients::requireOpenAiClient)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("OPENAI_INTERNAL_API_KEY");
  }
}
