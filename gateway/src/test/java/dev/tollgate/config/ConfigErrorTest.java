package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigErrorTest {
  private static final String MODEL =
      """
      model_list:
        - model_name: m
          litellm_params:
            model: openai/m
      """;

  @TempDir private Path folder;
  private Path file = Path.of("config.yaml");

  @BeforeEach
  void place() {
    file = folder.resolve("config.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rpm: ten|expected a whole number of 0 or more, found 'ten'",
        "rpm: -1|expected a whole number of 0 or more, found '-1'",
        "tpm: 1.5|expected a whole number of 0 or more, found '1.5'",
        "timeout: [1]|expected a number of 0 or more, found a list",
        "weight: .inf|expected a number of 0 or more, found '.inf'",
        "extra_headers: x|expected a mapping, found something else (not shown)",
        "drop_params: maybe|expected true or false, found 'maybe'",
        "tags: [[a]]|expected a list of names, found a list",
        "input_cost_per_request: 1e999|expected a number of 0 or more, found '1e999'",
        "rpm: os.environ/WORD|expected a whole number of 0 or more, found something else in the"
            + " environment variable WORD",
      })
  void aWrongParameterNamesFileLineKeyAndWhatWasExpected(String line, String problem)
      throws IOException {
    String key = line.substring(0, line.indexOf(':'));
    assertThat(refusal(MODEL + "      " + line))
        .isEqualTo("config.yaml:5: model_list[0].litellm_params." + key + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "general_settings|max_parallel_requests: many|a whole number of 0 or more, found 'many'",
        "general_settings|proxy_batch_write_at: 0|seconds, more than 0, found '0'",
        "general_settings|max_request_size_mb: 4096|less than 2048 megabytes, found '4096'",
        "general_settings|budget_enforcement: lax|default or strict, found 'lax'",
        "general_settings|default_estimated_output_tokens: 0|a whole number of 1 or more, found"
            + " something else (not shown)",
        "general_settings|master_key: [sk]|text, found a list",
        "litellm_settings|request_timeout: 0|seconds, more than 0, found '0'",
        "litellm_settings|budget_duration: 30 days|a duration such as 30s, 12h, 1d, 4w or 1mo,"
            + " found '30 days'",
        "litellm_settings|budget_exceeded_status_code: 200|an HTTP status from 400 to 599, found"
            + " '200'",
        "litellm_settings|max_budget: 9300000000|dollars, up to 9.2 billion, found '9300000000'",
        "litellm_settings|fallbacks: {a: [b]}|a list such as [{group: [other]}], found a mapping",
        "router_settings|num_retries: 101|a whole number from 0 to 100, found '101'",
        "router_settings|timeout: 1e20|seconds, up to 292 years, found '1e20'",
        "router_settings|routing_strategy: random|one of simple-shuffle, least-busy,"
            + " latency-based-routing, usage-based-routing, usage-based-routing-v2,"
            + " cost-based-routing, provider-budget-routing, found 'random'",
      })
  void aWrongSettingNamesFileLineKeyAndWhatWasExpected(String section, String line, String problem)
      throws IOException {
    String key = line.substring(0, line.indexOf(':'));
    assertThat(refusal(section + ":\n  " + line))
        .isEqualTo("config.yaml:2: " + section + "." + key + ": expected " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      nullValues = "-",
      value = {
        "model_list: {}|config.yaml:1: model_list: expected a list of models, found a mapping",
        "model_list: [x]|config.yaml:1: model_list[0]: expected a mapping with model_name and"
            + " litellm_params, found 'x'",
        "model_list: [{litellm_params: {model: a}}]|config.yaml:1: model_list[0].model_name:"
            + " expected the name that clients ask for, found nothing",
        "model_list: [{model_name: a}]|config.yaml:1: model_list[0].litellm_params: expected a"
            + " mapping with model: provider/model, found nothing",
        "model_list: [{model_name: a, litellm_params: {rpm: 1}}]|config.yaml:1:"
            + " model_list[0].litellm_params.model: expected provider/model, found nothing",
        "general_settings: yes|config.yaml:1: general_settings: expected a mapping, found 'yes'",
        "environment_variables: {A: [1]}|config.yaml:1: environment_variables.A: expected a value,"
            + " found a list",
        "router_settings: {model_group_alias: {a: {hidden: on}}}|config.yaml:1:"
            + " router_settings.model_group_alias.a: expected model: a model group",
        "include: a.yaml|config.yaml:1: include: expected a list of files, found a single value",
        "[]|config.yaml:1: expected sections such as model_list, found a list",
        "a: *b|config.yaml:1: an alias without an anchor before it (quote a value that starts with"
            + " '*')",
        "a: !env B|config.yaml:1: a YAML tag that is not supported (quote a value that starts with"
            + " '!')",
        "a: &a [*a]|config.yaml:1: an alias without an anchor before it (quote a value that starts"
            + " with '*')",
        "{[1]: 2}|config.yaml:1: expected a name as key, found a nested value or an alias",
        "<<: 1|config.yaml:1: expected a mapping to merge with <<",
      })
  void aWrongShapeIsNamed(String text, String message) throws IOException {
    assertThat(refusal(text)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "general_settings:\n  master_key: \"hunter2\n",
        "general_settings:\n  master_key: @hunter2\n",
        "general_settings:\n  master_key: hunter2: hunter2\n",
        "general_settings:\n  master_key: *hunter2\n",
        "general_settings:\n  master_key: !hunter2 x\n",
        "general_settings:\n  master_key: {hunter2: }\n",
        "general_settings:\n  database_url: [hunter2]\n",
        "environment_variables:\n  PASSWORD: [hunter2]\n",
        "model_list: [{model_name: a, litellm_params: {model: b, api_key: {x: hunter2}}}]\n",
      })
  void noErrorShowsWhatMayBeASecret(String text) throws IOException {
    assertThat(refusal(text)).startsWith("config.yaml:").doesNotContain("hunter2");
  }

  @Test
  void anEmptyFileIsNoConfiguration() throws IOException {
    assertThat(refusal("# nothing\n"))
        .isEqualTo("config.yaml: expected sections such as model_list, found nothing");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ConfigReader(_ -> null).read(file))
        .withMessage(file + ": the file does not exist");
  }

  @Test
  void aSecondDocumentIsRefused() throws IOException {
    assertThat(refusal("a: 1\n---\nb: 2\n"))
        .isEqualTo("config.yaml:3: expected one YAML document, found a second one");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Files.write(file, "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal()).isEqualTo("config.yaml: expected UTF-8 text");
  }

  @Test
  void aControlCharacterIsRefused() throws IOException {
    assertThat(refusal("a: \u0007")).startsWith("config.yaml").contains("not valid YAML");
  }

  @Test
  void aFileBeyondTheBoundIsRefused() throws IOException {
    assertThat(refusal("# " + "x".repeat(Sources.BYTES_MAX)))
        .isEqualTo("config.yaml: expected at most 10485760 bytes in all files");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- "})
  void deepNestingIsRefusedBeforeTheStackEnds(String level) throws IOException {
    assertThat(refusal("a:\n  " + level.repeat(100_000))).contains("nested deeper than 64 levels");
  }

  @Test
  void aliasesThatMultiplyAreRefused() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }
    assertThat(refusal(bomb.toString())).contains("expands to more than 1000000 values");
  }

  @Test
  void aNumberOfAThousandDigitsIsRefused() throws IOException {
    assertThat(refusal("a: " + "9".repeat(1000))).contains("expected a number of at most 100");
    assertThat(refusal("a: 1.0e+999999999")).contains("expected a number of at most 100");
  }

  private String refusal(String text) throws IOException {
    Files.writeString(file, text);
    return refusal();
  }

  private String refusal() {
    ConfigReader reader = new ConfigReader(name -> name.equals("WORD") ? "sesame" : null);
    try {
      reader.read(file);
    } catch (ConfigException refused) {
      return refused.getMessage().replace(folder + "/", "");
    }
    throw new AssertionError("nothing was refused");
  }
}
