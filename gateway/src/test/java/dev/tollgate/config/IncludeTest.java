package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeTest {
  @TempDir private Path folder;

  @Test
  void listsAreAppendedAndSectionsReplaced() throws IOException {
    Path main =
        write(
            "config.yaml",
            """
            include: [parts/models.yaml]
            model_list: [{model_name: a, litellm_params: {model: openai/a}}]
            litellm_settings: {drop_params: true}
            """);
    Path models =
        write(
            "parts/models.yaml",
            """
            include: [more.yaml]
            model_list: [{model_name: b, litellm_params: {model: openai/b}}]
            """);
    Path more =
        write(
            "parts/more.yaml",
            """
            model_list:
              - {model_name: c, litellm_params: {model: openai/c, rpm: 5}}
            litellm_settings: {num_retries: 7}
            """);

    Config config = read(main);

    assertThat(config.models()).extracting(ModelEntry::modelName).containsExactly("a", "b", "c");
    assertThat(config.models().get(2).position()).isEqualTo(new Position(more, 2));
    assertThat(config.files()).containsExactly(main, models, more);
    assertThat(config.litellm().paramsDropped()).isFalse();
    assertThat(config.litellm().retries()).isEqualTo(7);
    assertThat(config.findings())
        .contains(
            new Finding(
                Finding.Status.REPLACED,
                "litellm_settings",
                new Position(main, 3),
                "set again at " + more + ":3, which replaces the whole section",
                false));
  }

  @Test
  void aMissingFileIsNamedWhereItIsIncluded() throws IOException {
    Path main = write("config.yaml", "model_list: []\ninclude:\n  - gone.yaml\n");
    assertRefused(main, main + ":3: include: the file " + folder.resolve("gone.yaml"));
  }

  @Test
  void aCircleIsRefused() throws IOException {
    Path main = write("config.yaml", "include: [a.yaml]\n");
    Path a = write("a.yaml", "model_list: []\ninclude: [./config.yaml]\n");
    assertRefused(main, a + ":2: include: " + folder.resolve("./config.yaml") + " includes itself");
  }

  @Test
  void aChainIsBounded() throws IOException {
    Path main = write("0.yaml", "include: [1.yaml]");
    for (int i = 1; i < 12; i++) {
      write(i + ".yaml", "include: [" + (i + 1) + ".yaml]");
    }
    assertRefused(main, "expected at most 100 files, nested at most 10 deep");
  }

  @Test
  void manyIncludesAreBounded() throws IOException {
    write("a.yaml", "model_list: []");
    Path main = write("config.yaml", "include: [" + "a.yaml, ".repeat(100) + "]");
    assertRefused(main, "expected at most 100 files");
  }

  @Test
  void theBoundOnBytesHoldsForAllFilesTogether() throws IOException {
    String half = "# seven\n".repeat(Sources.BYTES_MAX / 16);
    Path main = write("config.yaml", half + "include: [a.yaml]\n");
    Path a = write("a.yaml", half + "model_list: []");
    assertRefused(main, a + ": expected at most 10485760 bytes");
  }

  @Test
  void aWrongValueIsNamedWithTheFileThatHoldsIt() throws IOException {
    Path main = write("config.yaml", "include: [a.yaml]\n");
    Path a = write("a.yaml", "\nrouter_settings: {num_retries: two}\n");
    assertRefused(main, a + ":2: router_settings.num_retries: expected a whole number");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Config read(Path file) {
    return new ConfigReader(_ -> null).read(file);
  }

  private static void assertRefused(Path file, String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining(message);
  }
}
