package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator is told of a provider's own API that is shut by a mistake. */
class PassThroughNotesTest {
  private static final String ONE_MODEL =
      """
      model_list:
        - model_name: gpt
          litellm_params: {model: openai/gpt-4o, api_key: sk-1}
      """;

  @TempDir Path folder;

  private List<String> problems(String text, Map<String, String> variables) throws IOException {
    Map<String, String> all = new HashMap<>(variables);
    all.putIfAbsent("HOME", folder.toString());
    Environment environment = new Environment(all);
    Path file = Files.writeString(folder.resolve("config.yaml"), text);
    Config config = new ConfigReader(environment::get).read(file);
    return Models.problems(config, environment).stream()
        .filter(line -> line.contains("pass-through"))
        .toList();
  }

  @Test
  void whoUsesNoProviderHearsOfNone() throws IOException {
    assertThat(problems(ONE_MODEL, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GOOGLE_APPLICATION_CREDENTIALS|/nowhere/SECRET.json|/vertex_ai|vertex_credentials:",
        "VERTEXAI_CREDENTIALS|{\"private_key\":\"SECRET\"}|/vertex-ai|no client_email",
        "ANTHROPIC_API_KEY|SECRET\u2713|/anthropic|characters that no header may have",
        "ANTHROPIC_API_BASE|ftp://SECRET|/anthropic|api_base:",
        "COHERE_API_BASE|http://169.254.169.254|/cohere|link-local",
        "AWS_PROFILE|absent|/bedrock|there is no profile",
        "AZURE_SPEECH_API_KEY|SECRET|/azure_speech|or AZURE_SPEECH_REGION)",
        "MILVUS_API_KEY|SECRET|/milvus|set MILVUS_API_BASE"
      })
  void aCredentialThatIsWrongIsToldWithoutIt(
      String variable, String value, String mount, String why) throws IOException {
    List<String> told = problems(ONE_MODEL, Map.of(variable, value));
    assertThat(told)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("note: pass-through below " + mount + " is not open: ")
                    .contains(why));
    assertThat(told.toString()).doesNotContain("SECRET");
  }

  @Test
  void whoHasListedItsModelsNeedsNoAddressForTheRest() throws IOException {
    String listed =
        """
        model_list:
          - model_name: mine
            litellm_params: {model: azure/mine, api_base: "https://a.example", api_key: k}
        """;
    Map<String, String> keyed = Map.of("AZURE_API_KEY", "k");
    assertThat(problems(listed, keyed)).isEmpty();
    assertThat(problems(ONE_MODEL, keyed))
        .singleElement()
        .asString()
        .startsWith("note: pass-through below /azure is not open: api_base: required");
  }

  @Test
  void itIsToldAtTheStart() throws IOException {
    Map<String, String> variables =
        Map.of("MILVUS_API_KEY", "SECRET", "LITELLM_MASTER_KEY", "sk-m", "HOME", folder.toString());
    ServeOptions options = new ServeOptions();
    options.host = "127.0.0.1";
    options.port = 0;
    options.data = folder.resolve("data");
    options.workers = 1;
    options.config = Files.writeString(folder.resolve("config.yaml"), ONE_MODEL);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (Assembly assembly = Assembly.start(options, new Environment(variables), log)) {
      assembly.banner().print(new PrintStream(out, true, StandardCharsets.UTF_8));
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("pass-through below /milvus is not open")
        .doesNotContain("SECRET");
  }
}
