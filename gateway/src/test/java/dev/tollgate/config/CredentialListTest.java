package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialListTest {
  @TempDir private Path folder;

  private Config read(String credentials, String model) throws IOException {
    String text = "credential_list: " + credentials + "\nmodel_list: [" + model + "]\n";
    Path file = Files.writeString(folder.resolve("config.yaml"), text);
    return new ConfigReader(Map.of("PRIVATE", "sk-private")::get).read(file);
  }

  @Test
  void anEntryHasOfItsCredentialWhatItDoesNotSayItself() throws IOException {
    ModelEntry entry =
        read(
                "[{credential_name: mine, credential_values: {api_key: os.environ/PRIVATE,"
                    + " api_base: 'http://private', api_version: 2024-10-21, model: other, x: y}}]",
                "{model_name: m, litellm_params: {model: azure/m, litellm_credential_name: mine,"
                    + " api_base: 'http://own'}}")
            .models()
            .getFirst();
    assertThat(entry.unserved()).isNull();
    assertThat(entry.litellmParams())
        .containsEntry("api_key", "sk-private")
        .containsEntry("api_base", "http://own")
        .containsEntry("api_version", "2024-10-21")
        .containsEntry("model", "azure/m")
        .doesNotContainKey("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]",
        "[{credential_name: other, credential_values: {api_key: k}}]",
        "~",
      })
  void anEntryWhoseCredentialIsNotThereIsNotServed(String credentials) throws IOException {
    ModelEntry entry =
        read(
                credentials,
                "{model_name: m, litellm_params: {model: openai/m, litellm_credential_name: mine}}")
            .models()
            .getFirst();
    assertThat(Objects.requireNonNull(entry.unserved())).contains("'mine'", "credential_list");
  }

  @Test
  void whatACredentialHasInVainIsTold() throws IOException {
    Config config =
        read(
            "[{credential_name: a, credential_values: {api_kee: k}}, {credential_name: a}]",
            "{model_name: m, litellm_params: {model: openai/m}}");
    assertThat(new CheckReport(config).warnings())
        .hasSize(2)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("credential_list[0].credential_values.api_kee: unknown", "api_key"))
        .anySatisfy(
            line -> assertThat(line).contains("credential_list[1].credential_name: replaced"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{mine: {api_key: SECRET}}|credential_list: expected a list",
        "[SECRET]|credential_list[0]: expected a mapping",
        "[{credential_values: {api_key: SECRET}}]|credential_list[0].credential_name: expected a name",
        "[{credential_name: a, credential_values: SECRET}]|credential_list[0].credential_values: expected",
      })
  void aListOfAnotherShapeIsRefusedWithoutItsValues(String credentials, String problem) {
    assertThatThrownBy(
            () -> read(credentials, "{model_name: m, litellm_params: {model: openai/m}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem)
        .message()
        .doesNotContain("SECRET");
  }
}
