package dev.tollgate.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String P = "http://p:4000";
  private static final String Q = "http://q:4000/v1/";

  @TempDir private Path folder;

  /** In the columns: "-" is unset, "''" empty, "_" blanks, D the public default. */
  @ParameterizedTest
  @CsvSource({
    "-, -, D, D, D, D",
    "-, '', D, D, D, D",
    "-, _, D, _, D, D",
    "-, Q, D, Q, D, Q",
    "'', -, '', D, D, D",
    "'', '', '', D, D, D",
    "'', _, '', _, D, D",
    "'', Q, '', Q, D, Q",
    "_, -, _, _, D, D",
    "_, '', _, _, D, D",
    "_, _, _, _, D, D",
    "_, Q, _, Q, D, Q",
    "P, -, P, P, P, P",
    "P, '', P, P, P, P",
    "P, _, P, _, P, P",
    "P, Q, P, Q, P, Q",
  })
  void allSixteenCombinationsResolve(
      String base,
      String internal,
      String strictBase,
      String strictInternal,
      String repairedBase,
      String repairedInternal) {
    var environ = new HashMap<String, String>();
    put(environ, "OPENAI_BASE_URL", base);
    put(environ, "OPENAI_INTERNAL_BASE_URL", internal);

    var strict = Settings.load(environ, null, Map.of(), true);
    assertThat(strict.openaiBaseUrl()).isEqualTo(text(strictBase));
    assertThat(strict.openaiInternalBaseUrl()).isEqualTo(text(strictInternal));

    var repaired = Settings.load(environ, null, Map.of(), false);
    assertThat(repaired.openaiBaseUrl()).isEqualTo(text(repairedBase));
    assertThat(repaired.openaiInternalBaseUrl()).isEqualTo(text(repairedInternal));
  }

  private static void put(Map<String, String> environ, String name, String column) {
    if (!column.equals("-")) {
      environ.put(name, text(column));
    }
  }

  private static String text(String column) {
    return switch (column) {
      case "_" -> "   ";
      case "D" -> Settings.PUBLIC_URL;
      case "P" -> P;
      case "Q" -> Q;
      default -> column;
    };
  }

  @Test
  void theProgramComesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    var file =
        dotenv("OPENAI_BASE_URL=http://file\nOPENAI_API_KEY=file\nOPENAI_INTERNAL_API_KEY=i\n");
    var environ = Map.of("OPENAI_BASE_URL", "http://env", "OPENAI_API_KEY", "env");
    var settings =
        Settings.load(environ, file, Map.of(Setting.OPENAI_BASE_URL, "http://program"), false);

    assertThat(settings.openaiBaseUrl()).isEqualTo("http://program");
    assertThat(settings.openaiApiKey()).isEqualTo("env");
    assertThat(settings.openaiInternalApiKey()).isEqualTo("i");
    assertThat(settings.origin(Setting.OPENAI_BASE_URL)).isEqualTo(new Origin.Constructor());
    assertThat(settings.origin(Setting.OPENAI_API_KEY))
        .isEqualTo(new Origin.Environment("OPENAI_API_KEY"));
    assertThat(settings.origin(Setting.OPENAI_INTERNAL_API_KEY))
        .isEqualTo(new Origin.DotenvFile(file, 3));
    assertThat(settings.origin(Setting.OPENAI_INTERNAL_BASE_URL))
        .isEqualTo(new Origin.DefaultedFrom(Setting.OPENAI_BASE_URL));
  }

  @Test
  void anEmptyVariableHidesTheFile() throws IOException {
    var file = dotenv("OPENAI_INTERNAL_BASE_URL=" + Q + "\nOPENAI_BASE_URL=" + P + "\n");
    var settings = Settings.load(Map.of("OPENAI_INTERNAL_BASE_URL", ""), file, Map.of(), false);
    assertThat(settings.openaiInternalBaseUrl()).isEqualTo(P);
  }

  @Test
  void anEmptyAddressTellsWhereItIsEmpty() {
    var settings = Settings.load(Map.of("OPENAI_BASE_URL", " "), null, Map.of(), false);
    assertThat(settings.origin(Setting.OPENAI_BASE_URL))
        .isEqualTo(new Origin.Default(Optional.of(new Origin.Environment("OPENAI_BASE_URL"))));
    assertThat(settings.describe()).contains("empty in environment variable OPENAI_BASE_URL");
  }

  @Test
  void namesAreTakenInAnyCase() throws IOException {
    var file = dotenv("openai_Internal_base_url=" + Q + "\n");
    var settings = Settings.load(Map.of("openai_base_url", P), file, Map.of(), false);
    assertThat(settings.openaiBaseUrl()).isEqualTo(P);
    assertThat(settings.openaiInternalBaseUrl()).isEqualTo(Q);
    assertThat(settings.origin(Setting.OPENAI_BASE_URL))
        .isEqualTo(new Origin.Environment("openai_base_url"));
  }

  @Test
  void theLineThatContinuousIntegrationAppendsWins() throws IOException {
    var file =
        dotenv(
            """
            OPENAI_API_KEY=k
            OPENAI_INTERNAL_BASE_URL=
            OPENAI_INTERNAL_API_KEY=i
            OPENAI_INTERNAL_BASE_URL=http://proxy:4000
            """);
    var settings = Settings.load(Map.of(), file, Map.of(), false);
    assertThat(settings.openaiInternalBaseUrl()).isEqualTo("http://proxy:4000");
    assertThat(settings.openaiBaseUrl()).isEqualTo(Settings.PUBLIC_URL);
    assertThat(settings.origin(Setting.OPENAI_INTERNAL_BASE_URL))
        .isEqualTo(new Origin.DotenvFile(file, 4));
  }

  @Test
  void aBareNameTakesBackWhatStoodAbove() throws IOException {
    var file = dotenv("OPENAI_BASE_URL=" + P + "\nOPENAI_BASE_URL\n");
    assertThat(Settings.load(Map.of(), file, Map.of(), false).openaiBaseUrl())
        .isEqualTo(Settings.PUBLIC_URL);
  }

  @Test
  void otherVariablesAreFilledIn() throws IOException {
    var file = dotenv("HOST=proxy\nOPENAI_BASE_URL=http://${HOST}:${PORT:-4000}${NONE}\n");
    assertThat(Settings.load(Map.of(), file, Map.of(), false).openaiBaseUrl())
        .isEqualTo("http://proxy:4000");
  }

  @Test
  void anAbsentFileIsNoError() {
    var settings = Settings.load(Map.of(), folder.resolve("none"), Map.of(), false);
    assertThat(settings.openaiBaseUrl()).isEqualTo(Settings.PUBLIC_URL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://proxy:4000",
        "http://proxy:4000/",
        "https://x/v1",
        "HTTP://[::1]:4000/v1/"
      })
  void anAddressStaysAsItIs(String address) {
    var environ = Map.of("OPENAI_BASE_URL", "  " + address + "\t");
    assertThat(Settings.load(environ, null, Map.of(), false).openaiBaseUrl()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy:4000",
        "localhost",
        "ftp://proxy",
        "http://",
        "http:proxy",
        "http://a b",
        "//proxy"
      })
  void anAddressWithoutSchemeOrHostIsRefusedByName(String address) {
    for (var name : new String[] {"OPENAI_BASE_URL", "OPENAI_INTERNAL_BASE_URL"}) {
      var environ = Map.of(name, address);
      assertThatThrownBy(() -> Settings.load(environ, null, Map.of(), false))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith(name + ": found ")
          .hasMessageContaining("http://proxy:4000");
      assertThatCode(() -> Settings.load(environ, null, Map.of(), true)).doesNotThrowAnyException();
    }
  }

  @Test
  void theMessageQuotesAnAddressButNeverAKey() {
    assertThatThrownBy(
            () -> Settings.load(Map.of("OPENAI_BASE_URL", "proxy:4000"), null, Map.of(), false))
        .hasMessageContaining("\"proxy:4000\"");
    for (var key : new String[] {"sk-abc.def", "5f0c2b", "eyJhbGciOiJI.eyJzdWIi.sig"}) {
      assertThatThrownBy(() -> Settings.load(Map.of("OPENAI_BASE_URL", key), null, Map.of(), false))
          .hasMessageNotContaining(key);
    }
    assertThatThrownBy(
            () ->
                Settings.load(Map.of("OPENAI_BASE_URL", "ftp://u:pw@host"), null, Map.of(), false))
        .hasMessageNotContaining("pw");
  }

  @Test
  void aKeyThatNoHeaderCarriesIsRefusedWithoutShowingIt() {
    var environ = Map.of("OPENAI_API_KEY", "sk-secret\nX-Evil: 1");
    assertThatThrownBy(() -> Settings.load(environ, null, Map.of(), false))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("OPENAI_API_KEY")
        .hasMessageNotContaining("secret");
  }

  @Test
  void keysAreMaskedWhereverSettingsAreShown() {
    var environ =
        Map.of(
            "OPENAI_API_KEY", "sk-first",
            "OPENAI_INTERNAL_API_KEY", "sk-second",
            "OPENAI_BASE_URL", "http://user:word@proxy");
    var settings = Settings.load(environ, null, Map.of(), false);
    for (var shown : new String[] {settings.toString(), settings.describe()}) {
      assertThat(shown)
          .contains("***", "http://***@proxy")
          .doesNotContain("sk-first", "sk-second", "word");
    }
  }

  @Test
  void theInternalKeyDefaultsWhenBothAddressesAreEqual() {
    var environ =
        Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", P, "OPENAI_INTERNAL_BASE_URL", P + "/");
    var settings = Settings.load(environ, null, Map.of(), false);
    assertThat(settings.openaiInternalApiKey()).isEqualTo("k");
    assertThat(settings.requireInternalApiKey()).isEqualTo("k");
    assertThat(settings.origin(Setting.OPENAI_INTERNAL_API_KEY))
        .isEqualTo(new Origin.DefaultedFrom(Setting.OPENAI_API_KEY));
  }

  @Test
  void theKeyIsWithheldFromAnotherAddress() {
    var environ =
        Map.of("OPENAI_API_KEY", "sk-k", "OPENAI_BASE_URL", P, "OPENAI_INTERNAL_BASE_URL", Q);
    var settings = Settings.load(environ, null, Map.of(), false);
    assertThat(settings.openaiInternalApiKey()).isEmpty();
    assertThatThrownBy(settings::requireInternalApiKey)
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll("OPENAI_INTERNAL_API_KEY", P, Q)
        .hasMessageNotContaining("sk-k");
  }

  @Test
  void strictNeverDefaultsTheInternalKey() {
    var settings = Settings.load(Map.of("OPENAI_API_KEY", " k "), null, Map.of(), true);
    assertThat(settings.openaiApiKey()).isEqualTo(" k ");
    assertThat(settings.openaiInternalApiKey()).isEmpty();
    assertThat(settings.strict()).isTrue();
  }

  @Test
  void theDescriptionTellsEachOrigin() throws IOException {
    var file = dotenv("OPENAI_API_KEY=k\n");
    var settings = Settings.load(Map.of("OPENAI_BASE_URL", P), file, Map.of(), false);
    assertThat(settings.describe().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("OPENAI_BASE_URL", P, "environment variable"),
            line -> assertThat(line).contains("OPENAI_API_KEY", "***", file + " line 1"),
            line -> assertThat(line).contains(P, "defaulted from OPENAI_BASE_URL"),
            line -> assertThat(line).contains("***", "defaulted from OPENAI_API_KEY"));
  }

  private Path dotenv(String text) throws IOException {
    return Files.writeString(folder.resolve(".env"), text);
  }
}
