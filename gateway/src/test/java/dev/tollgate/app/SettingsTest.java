package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.pipeline.Bounds;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
