package dev.tollgate.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.cli.CommandRun.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  @Test
  void helpNamesEveryCommandAndTheStatuses() {
    for (var word : new String[] {"--help", "-h", "help"}) {
      var run = Place.in(folder).run(word);
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .contains("settings ", "doctor ", "embed ", "llm ", "codex ", "ci-env ", "Exit status")
          .contains("OPENAI_INTERNAL_API_KEY");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings", "doctor", "embed", "llm", "codex", "ci-env"})
  void everyCommandHasAHelpThatFitsATerminal(String command) {
    var run = Place.in(folder).run(command, "--help");
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Usage: tollgate-platform " + command, "--json", "--env-file");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 96);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | found no command, expected one of settings, doctor",
        "setings | found 'setings', expected one of settings",
        "settings x | found 1 words, expected flags only",
        "settings --colour | --colour: unknown flag, expected --env-file, --strict, --json",
        "settings --json=yes | --json: takes no value",
        "settings --env-file | --env-file: found no value, expected FILE",
        "settings --env-file none | --env-file: found no file",
        "settings --env-file a --env-file b | --env-file: given twice, expected once",
        "embed | found nothing, expected TEXT...",
        "embed x --concurrent 0 | --concurrent: found '0', expected a whole number from 1 to 100",
        "embed x --concurrent many | --concurrent: found 'many', expected a whole number",
        "embed x --timeout 0 | --timeout: found '0', expected a whole number from 1 to 3600",
        "llm | found nothing, expected PROMPT",
        "llm a b | found 2 words, expected PROMPT (a text of several words stands in quotes)",
        "llm x --expect city | --expect: found 'city', expected KEY=MEANING",
        "llm x --expect c=1 --expect c=2 | --expect: found c twice, expected it once",
        "llm x --tools none | found no file, expected a JSON array of tools",
        "llm x --tools none --expect c=1 | --expect and --tools: found both",
        "llm x --max-tokens -5 | --max-tokens: found '-5', expected a whole number from 1",
        "llm x --retry 21 | --retry: found '21', expected a whole number from 1 to 20",
        "codex x --effort most | --effort: found 'most', expected none, low, medium or high",
        "codex x --max-output-tokens 0 | --max-output-tokens: found '0', expected a whole number",
        "doctor --only all | --only: found 'all', expected llm, codex or embeddings",
        "doctor --slow-ms soon | --slow-ms: found 'soon', expected a whole number from 1",
        "ci-env --env-file | --env-file: found no value, expected FILE",
      })
  void wrongUseIsTwoAndNamesWhatIsExpected(String words, String message) {
    var run =
        Place.calling(folder, "http://127.0.0.1:9")
            .run(words.isEmpty() ? new String[0] : words.split(" "));
    assertThat(run.status()).as(run.toString()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tollgate-platform").contains(message);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aValueThatCouldBeAKeyIsNotRepeated() {
    var run = Place.in(folder).run("llm", "x", "--api-key=" + CommandRun.KEY);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--api-key: unknown flag").doesNotContain(CommandRun.KEY);
  }

  @Test
  void wrongUseIsJsonTooForMachines() {
    var run = Place.in(folder).run("llm", "--json");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.json().path("ok").booleanValue()).isFalse();
    assertThat(run.json().path("error").path("kind").stringValue()).isEqualTo("WrongUse");
  }

  @Test
  void settingsShowOriginsAndNoKey() throws IOException {
    Files.writeString(
        folder.resolve(".env"),
        "OPENAI_BASE_URL=http://proxy:4000\nOPENAI_API_KEY=" + CommandRun.KEY);
    var run = Place.in(folder).with("OPENAI_INTERNAL_API_KEY", "").run("settings");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(
            "http://proxy:4000", ".env line 1", ".env line 2", "defaulted from OPENAI_API_KEY")
        .doesNotContain(CommandRun.KEY);
    var json = Place.in(folder).run("settings", "--json").json().path("settings");
    assertThat(json.path("OPENAI_API_KEY").path("set").booleanValue()).isTrue();
    assertThat(json.toString()).doesNotContain(CommandRun.KEY);
  }

  @Test
  void anAddressThatIsNoneIsAFailedCheckAndStrictTakesIt() {
    var place = Place.in(folder).with("OPENAI_BASE_URL", "proxy:4000");
    var run = place.run("settings");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("OPENAI_BASE_URL: found", "expected an address that starts with");
    assertThat(place.run("settings", "--strict").out()).contains("proxy:4000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"embed", "llm", "codex"})
  void withoutAKeyACallSaysWhichOneIsMissing(String command) {
    var run = Place.in(folder).with("OPENAI_BASE_URL", "http://proxy:4000").run(command, "x");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("API_KEY: found no key").contains("http://proxy:4000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"embed", "llm", "codex"})
  void aRefusedCallIsOneLineAndHoldsNoKey(String command) {
    try (var upstream =
        FakeUpstream.answering(
            _ -> Answer.of(401, "{\"error\":{\"message\":\"no " + CommandRun.KEY + "\"}}"))) {
      for (var flags : new String[][] {{command, "x"}, {command, "x", "--json"}}) {
        var run = Place.calling(folder, upstream.address()).run(flags);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("401", "***");
        assertThat(run.toString()).doesNotContain(CommandRun.KEY).doesNotContain("\tat ");
      }
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    var run = Place.calling(folder, "http://127.0.0.1:9").reading("").run("llm", "-");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("PROMPT: found nothing but blanks");
  }
}
