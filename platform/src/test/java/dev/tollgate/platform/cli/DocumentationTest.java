package dev.tollgate.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.cli.CommandRun.Place;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what docs/platform.md shows, against an upstream instead of the address shown there. */
class DocumentationTest {
  private static final Path PAGE = Path.of("../docs/platform.md");
  private static final Path EXAMPLE = Path.of("src/example/Example.java");
  private static final String SHOWN_ADDRESS = "http://127.0.0.1:4000";
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
  private static final Pattern BLOCK =
      Pattern.compile("```(dotenv|console)\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;
  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.answering(DocumentationTest::answer);
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static Answer answer(Call call) {
    return Answer.of(
        200,
        switch (call.path()) {
          case "/chat/completions" -> {
            var text = call.body().contains("json_object") ? "{\\\"city\\\":\\\"Rome\\\"}" : "Rome";
            yield "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\""
                + text
                + "\"}}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}";
          }
          case "/responses" ->
              "{\"id\":\"r\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"items.sort()\"}]}]}";
          case "/embeddings" -> "{\"data\":[{\"embedding\":[0.25" + ",0.5".repeat(1_535) + "]}]}";
          case "/models" ->
              "{\"data\":[{\"id\":\"gpt-4o-mini\"},{\"id\":\"gpt-5.1-codex\"},{\"id\":\"text-embedding-3-small\"}]}";
          default -> "{}";
        });
  }

  @Test
  void everyCommandOfThePagePrintsWhatThePageShows() throws IOException {
    int commands = 0;
    var blocks = BLOCK.matcher(Files.readString(PAGE));
    while (blocks.find()) {
      var text = blocks.group(2).replace(SHOWN_ADDRESS, upstream.address());
      if (blocks.group(1).equals("dotenv")) {
        Files.writeString(folder.resolve(".env"), text);
        continue;
      }
      for (var command : text.split("(?m)^\\$ ", -1)) {
        if (!command.isEmpty()) {
          int end = command.indexOf('\n');
          assertPrints(command.substring(0, end), command.substring(end + 1).stripTrailing());
          commands++;
        }
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(9);
  }

  private void assertPrints(String command, String expected) {
    var words = new ArrayList<String>();
    WORD.matcher(command).results().forEach(word -> words.add(word.group().replace("\"", "")));
    var place = Place.in(folder);
    while (words.getFirst().matches("[A-Z_]+=.*")) {
      var pair = words.removeFirst().split("=", 2);
      place = place.with(pair[0], pair[1]);
    }
    assertThat(words.removeFirst()).isEqualTo("./tollgate-platform");
    var run = place.run(words.toArray(new String[0]));
    assertThat(run.status()).as(command + "\n" + run).isZero();
    // The page's reader stands in the folder itself.
    assertThat(run.out().replace(folder + File.separator, "").stripTrailing())
        .as(command)
        .matches(
            Arrays.stream(expected.split("…", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + ".*" + b)
                .orElseThrow());
  }

  @Test
  void theExampleIsShortAndRuns() throws IOException, InterruptedException {
    assertThat(Files.readAllLines(EXAMPLE)).hasSizeLessThan(40);
    var builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path").replace(File.pathSeparator, ":"),
                EXAMPLE.toAbsolutePath().toString()));
    builder.environment().put("OPENAI_BASE_URL", upstream.address());
    builder.environment().put("OPENAI_API_KEY", CommandRun.KEY);
    builder.environment().remove("OPENAI_INTERNAL_BASE_URL");
    builder.environment().remove("OPENAI_INTERNAL_API_KEY");
    var process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    assertThat(out)
        .contains(
            "Rome, ExecutionStats[inputTokenCount=11", "Embedding[1536 dimensions]", "items.sort()")
        .doesNotContain(CommandRun.KEY);
  }
}
