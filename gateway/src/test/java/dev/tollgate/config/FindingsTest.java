package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No key of a file goes unmentioned. */
class FindingsTest {
  private static final List<String> SECTIONS =
      List.of("litellm_settings", "general_settings", "router_settings");
  private static final List<String> KEYS =
      List.of(
          "drop_params",
          "json_logs",
          "disable_spend_logs",
          "disable_cooldowns",
          "cache",
          "enable_pre_call_checks",
          "set_verbose",
          "alerting",
          "mystery",
          "drop_parms",
          "redis_host");
  private static final List<String> VALUES =
      List.of("true", "no", "~", "os.environ/NOPE", "'false'");
  private static final List<String> FREE_VALUES =
      List.of("1", "[a, {b: c}]", "{x: {y: z}}", "[]", "{}", "text", "os.environ/NOPE", "");

  @TempDir private Path folder;

  @Test
  void everyLeafOfTheFullFileIsCovered() throws IOException {
    assertCovered(Path.of("src/test/resources/config/full.yaml"), "the full file");
  }

  @Test
  void everyLeafOfAnyFileIsCovered() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String text = randomConfig(random);
      assertCovered(Files.writeString(folder.resolve("config.yaml"), text), seed + "\n" + text);
    }
  }

  private static void assertCovered(Path file, String about) throws IOException {
    Config config = new ConfigReader(name -> name.equals("LOCAL_RPM") ? "1" : null).read(file);
    Node root =
        Objects.requireNonNull(YamlDocument.parse(file, Files.readString(file), new ArrayList<>()));
    List<String> told = config.findings().stream().map(Finding::path).toList();
    assertThat(told).as(about).doesNotHaveDuplicates();
    List<String> leaves = new ArrayList<>();
    leaves("", root, leaves);
    for (String leaf : leaves) {
      assertThat(told)
          .as(about)
          .anyMatch(
              path ->
                  leaf.equals(path) || leaf.startsWith(path + ".") || leaf.startsWith(path + "["));
    }
    for (Finding finding : config.findings()) {
      assertThat(finding.position().line()).as(finding.path()).isPositive();
    }
  }

  private static void leaves(String path, Node node, List<String> into) {
    switch (node) {
      case Node.Mapping mapping when !mapping.entries().isEmpty() ->
          mapping
              .entries()
              .forEach(
                  (key, entry) ->
                      leaves(path.isEmpty() ? key : path + "." + key, entry.value(), into));
      case Node.Sequence sequence when !sequence.items().isEmpty() -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          leaves(path + "[" + i + "]", sequence.items().get(i), into);
        }
      }
      case Node.Mapping _, Node.Sequence _, Node.Scalar _ -> into.add(path);
    }
  }

  private static String randomConfig(Random random) {
    StringBuilder text = new StringBuilder("model_list:\n");
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append("  - model_name: m\n    litellm_params:\n      model: openai/m\n");
      some(
          random,
          text,
          "      ",
          List.of("temperature", "itpm", "api_bas", "no_such"),
          FREE_VALUES);
      text.append("    model_info:\n");
      some(random, text, "      ", List.of("owner", "tier", "access_groups"), FREE_VALUES);
      some(random, text, "    ", List.of("blocked"), VALUES);
      some(random, text, "    ", List.of("bloked"), FREE_VALUES);
    }
    for (String section : SECTIONS) {
      if (random.nextBoolean()) {
        text.append(section).append(":\n");
        some(random, text, "  ", KEYS, VALUES);
      }
    }
    some(random, text, "", List.of("guardrails", "strange", "include_"), FREE_VALUES);
    return text.append("environment_variables: {A: 1, B: os.environ/NOPE}\n").toString();
  }

  private static void some(
      Random random, StringBuilder text, String indent, List<String> keys, List<String> values) {
    for (String key : keys) {
      if (random.nextInt(3) == 0) {
        String value = values.get(random.nextInt(values.size()));
        text.append(indent).append(key).append(": ").append(value).append('\n');
      }
    }
  }
}
