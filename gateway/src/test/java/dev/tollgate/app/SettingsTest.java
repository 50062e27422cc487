package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.pipeline.Bounds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String GRACE = "LITELLM_KEY_ROTATION_GRACE_PERIOD";

  @TempDir private Path folder;

  private Settings settings(Map<String, String> variables) {
    ServeOptions options = new ServeOptions();
    options.host = "127.0.0.1";
    options.data = folder;
    return Settings.read(options, new Environment(variables), Bounds.DEFAULTS);
  }

  private Settings configured(Map<String, String> variables, String config) throws IOException {
    ServeOptions options = new ServeOptions();
    options.host = "127.0.0.1";
    options.data = folder;
    options.config = Files.writeString(folder.resolve("config.yaml"), config);
    return Settings.read(options, new Environment(variables), Bounds.DEFAULTS);
  }

  @Test
  void theConfigsMasterKeyComesBeforeTheVariables() throws IOException {
    Map<String, String> variable = Map.of(MasterKey.VARIABLE, "sk-leaked");
    String config = "general_settings: {master_key: sk-rotated}";
    Settings both = configured(variable, config);
    assertThat(both.masterKey().secret().reveal()).isEqualTo("sk-rotated");
    assertThat(both.notes())
        .singleElement()
        .asString()
        .contains("differs from general_settings.master_key")
        .doesNotContain("sk-");
    Settings alone = configured(variable, "general_settings: {}");
    assertThat(alone.masterKey().secret().reveal()).isEqualTo("sk-leaked");
    assertThat(alone.notes()).isEmpty();
    assertThat(configured(Map.of(MasterKey.VARIABLE, "sk-rotated"), config).notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sk-rotated, $LITELLM_MASTER_KEY",
    "sk-leaked, MASTER_KEY'",
    "'', MASTER_KEY'",
  })
  void theLineToTryWorksWithTheKeyThatCounts(String variable, String shown) throws IOException {
    Settings settings =
        configured(
            Map.of(MasterKey.VARIABLE, variable), "general_settings: {master_key: sk-rotated}");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Banner("http://h", settings.masterKey(), settings.isKeyExported(), "m", 1, List.of())
        .print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(shown)
        .doesNotContain("sk-rotated", "sk-leaked");
  }

  private @Nullable String grace(Map<String, String> variables) {
    Settings settings = settings(variables);
    return settings.keyRules(settings.config()).grace();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "24", "-1h", "999999999999w"})
  void aGraceThatIsNoDurationStopsTheStart(String grace) {
    assertThatThrownBy(() -> settings(Map.of(GRACE, grace)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(GRACE)
        .hasMessageContaining("'" + grace + "'");
  }

  @Test
  void formerSecretsHaveNoGraceUnlessTheVariableGivesThemOne() {
    assertThat(grace(Map.of())).isNull();
    assertThat(grace(Map.of(GRACE, " "))).isNull();
    assertThat(grace(Map.of(GRACE, " 24h "))).isEqualTo("24h");
  }
}
