package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.config.CheckReport;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigReader;
import dev.tollgate.ledger.Prices;
import dev.tollgate.model.Deployment;
import dev.tollgate.routing.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entries of {@code model_list} are served, and as what. */
class ModelsTest {
  @TempDir private Path folder;

  private final Environment environment =
      new Environment(Map.of("OPENAI_API_KEY", "sk-of-the-environment"));

  private Config config(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), text);
    return new ConfigReader(environment::get).read(file);
  }

  private Models models(String text) throws IOException {
    return Models.of(config(text), environment, Prices.builtIn(), new ServeOptions(), List.of());
  }

  private static List<RoutingTable.Entry> named(Models models, String name) {
    return models.table().entries().stream().filter(entry -> entry.name().equals(name)).toList();
  }

  @Test
  void aBlockedEntryIsNotServed() throws IOException {
    Models models =
        models(
            """
            model_list:
              - {model_name: shut, blocked: true, litellm_params: {model: openai/a}}
              - {model_name: open, blocked: false, litellm_params: {model: openai/a}}
            """);
    assertThat(named(models, "shut")).isEmpty();
    assertThat(named(models, "open")).hasSize(1);
    assertThat(models.notes()).contains("not served: shut: it is blocked");
  }

  @Test
  void aBlockedEntryLendsItsCredentialToNoPassThrough() throws IOException {
    String entry =
        "model_list: [{model_name: shut, blocked: %s, litellm_params: {model: cohere/a,"
            + " api_key: k, use_in_pass_through: true}}]";
    String below = RoutingTable.below("/cohere", "*");
    assertThat(models(entry.formatted("false")).table().passing())
        .anyMatch(passing -> passing.name().equals(below));
    assertThat(models(entry.formatted("true")).table().passing())
        .noneMatch(passing -> passing.name().equals(below));
  }

  @Test
  void aNamedCredentialGoesToItsOwnAddressAndNeverTheEnvironmentsKey() throws IOException {
    String text =
        """
        credential_list:
          - credential_name: mine
            credential_values: {api_base: "https://private.example/v1", api_key: sk-private}
        model_list:
          - {model_name: m, litellm_params: {model: openai/m, litellm_credential_name: mine}}
          - {model_name: lost, litellm_params: {model: openai/m, litellm_credential_name: gone}}
        """;
    Models models = models(text);
    Deployment deployment = named(models, "m").getFirst().make().apply("m");
    assertThat(deployment.apiBase()).startsWith("https://private.example");
    assertThat(deployment.headers().values())
        .anySatisfy(value -> assertThat(value.reveal()).contains("sk-private"));
    assertThat(named(models, "lost")).isEmpty();
    assertThat(models.notes())
        .contains(
            "not served: lost: litellm_credential_name: there is no 'gone' in credential_list");
  }

  @Test
  void anInvalidEntryStopsTheStartUnlessItIsToBeIgnored() throws IOException {
    String text =
        """
        model_list:
          - {model_name: bad, litellm_params: {model: azure/x, api_key: k}}
          - {model_name: good, litellm_params: {model: openai/x}}
        """;
    assertThatThrownBy(() -> models(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model_list.bad: api_base");
    Models models = models(text + "router_settings: {ignore_invalid_deployments: true}\n");
    assertThat(named(models, "bad")).isEmpty();
    assertThat(named(models, "good")).hasSize(1);
    assertThat(models.notes()).anyMatch(note -> note.startsWith("not served: bad: api_base"));
  }

  @Test
  void aNameThatNothingAnswersToIsTold() throws IOException {
    Models models =
        models(
            """
            model_list:
              - {model_name: a, litellm_params: {model: openai/a}, model_info: {id: one}}
              - {model_name: b, litellm_params: {model: openai/b}, model_info: {id: one}}
              - {model_name: "c/*", litellm_params: {model: "openai/*"}}
            router_settings:
              model_group_alias: {alias: a, lost: nowhere}
              fallbacks: [{a: [b, alias, c/any, gone]}, {absent: [a]}, {"*": [one]}]
              context_window_fallbacks: [{a: [longer]}]
              default_fallbacks: [a, none]
            """);
    assertThat(models.notes())
        .filteredOn(note -> note.contains("no model is served") || note.contains("more than one"))
        .containsExactly(
            "model_info.id: 'one' stands at more than one entry, or is a model's name too",
            "model_group_alias.lost: no model is served as 'nowhere'",
            "fallbacks.a: no model is served as 'gone'",
            "fallbacks: no model is served as 'absent'",
            "context_window_fallbacks.a: no model is served as 'longer'",
            "default_fallbacks: no model is served as 'none'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "force_timeout: 3",
        "ensure_alternating_roles: true",
        "request_timeout: 3",
        "allowed_model_region: eu",
        "max_file_size_mb: 3",
        "enable_json_schema_validation: true",
        "context_window_fallback_dict: {a: b}",
        "headers: {x-a: b}",
        "ttl: 3",
        "stream_chunk_size: 3",
        "disable_add_transform_inline_image_block: true",
        "max_retries: 3",
        "oci_region: eu",
        "some_api_key: k",
      })
  void whatIsNotSupportedYetIsNotSentAndCheckSaysSo(String line) throws IOException {
    assertThat(defaults(line)).isEmpty();
    assertThat(new CheckReport(config(entry(line))).warnings())
        .singleElement()
        .asString()
        .contains(line.substring(0, line.indexOf(':')) + ": not supported yet");
  }

  @Test
  void aKeyOfTheProvidersCacheIsSent() throws IOException {
    assertThat(defaults("prompt_cache_key: abc")).containsEntry("prompt_cache_key", "\"abc\"");
  }

  private static String entry(String parameter) {
    return "model_list: [{model_name: m, litellm_params: {model: openai/m, " + parameter + "}}]";
  }

  private Map<String, String> defaults(String parameter) throws IOException {
    return named(models(entry(parameter)), "m").getFirst().make().apply("m").rules().defaults();
  }
}
