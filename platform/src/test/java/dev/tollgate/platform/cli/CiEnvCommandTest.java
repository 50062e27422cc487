package dev.tollgate.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.cli.CommandRun.Place;
import dev.tollgate.platform.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CiEnvCommandTest {
  private static final String URL = "http://proxy:4000";

  @TempDir private Path folder;

  private Path env(String text) throws IOException {
    return Files.writeString(folder.resolve(".env"), text);
  }

  private CommandRun run(String url, String... flags) {
    var words = new String[flags.length + 1];
    words[0] = "ci-env";
    System.arraycopy(flags, 0, words, 1, flags.length);
    return Place.in(folder).with("LITELLM_PROXY_URL", url).run(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"OPENAI_INTERNAL_BASE_URL=\n", "OPENAI_INTERNAL_BASE_URL=", "", "A='x\ny'"})
  void theAddressIsAppendedAndTheLastLineWins(String before) throws IOException {
    var file = env(before);
    var run = run(URL);
    assertThat(run.toString())
        .isEqualTo("status 0\n.env: appended OPENAI_INTERNAL_BASE_URL=http://proxy:4000.\n");
    var between = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
    assertThat(file).hasContent(before + between + "OPENAI_INTERNAL_BASE_URL=http://proxy:4000\n");
    assertThat(Settings.load(Map.of(), file, Map.of(), false).openaiInternalBaseUrl())
        .isEqualTo(URL);
  }

  @Test
  void aSecondRunChangesNothing() throws IOException {
    var file = env("A=1\n");
    run(URL);
    var once = Files.readString(file);
    var run = run(URL, "--json");
    assertThat(run.json().path("changed").booleanValue()).isFalse();
    assertThat(file).hasContent(once);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void withoutAProxyNothingChangesAndThatIsSaid(String url) throws IOException {
    var file = env("A=1");
    var run = run(url);
    assertThat(run.toString())
        .isEqualTo("status 0\nLITELLM_PROXY_URL is not set: .env is as it was.\n");
    assertThat(file).hasContent("A=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy:4000",
        "http://proxy:4000\nOPENAI_API_KEY=stolen",
        "http://proxy:4000?x=1",
        "ftp://proxy",
        "http://a b",
        "sk-a-secret-in-the-wrong-place",
      })
  void anAddressThatIsNoneIsRefusedByName(String url) throws IOException {
    var file = env("A=1\n");
    var run = run(url);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("LITELLM_PROXY_URL: found").doesNotContain("stolen", "sk-a");
    assertThat(file).hasContent("A=1\n");
  }

  @Test
  void theFileKeepsItsPermissionsAndItsLink() throws IOException {
    var real = Files.writeString(folder.resolve("real.env"), "A=1\n");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    Files.createSymbolicLink(folder.resolve("link.env"), real);
    assertThat(run(URL, "--env-file", "link.env").status()).isZero();
    assertThat(Files.isSymbolicLink(folder.resolve("link.env"))).isTrue();
    assertThat(Files.readString(real)).endsWith("OPENAI_INTERNAL_BASE_URL=http://proxy:4000\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
        .isEqualTo("rw-r-----");
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".new"));
  }

  @Test
  void aFileThatIsMissingIsWrongUse() {
    var run = run(URL);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--env-file: found no file");
  }

  @Test
  void whatHasNoEndIsNotAppendedTo() throws IOException {
    var file = env("A=\"x\nB='");
    assertThat(run(URL).status()).isIn(0, 1);
    var read = Settings.load(Map.of(), file, Map.of(), false).openaiInternalBaseUrl();
    assertThat(read).isIn(URL, Settings.PUBLIC_URL);
  }
}
