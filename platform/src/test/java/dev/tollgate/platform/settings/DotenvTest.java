package dev.tollgate.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotenvTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "A=b|b",
        "A = b |b",
        "export A=b|b",
        "A='b c'|b c",
        "A=\"b c\"|b c",
        "A=\"b\\nc\"|b\\nc",
        "A='b\\nc'|b\\\\nc",
        "A='it\\'s'|it's",
        "A=b # note|b",
        "A=b#c|b#c",
        "A='b # c' # note|b # c",
        "A=\"b\" # note|b",
        "A=|``",
        "A= # note|``",
        "A=a=b|a=b",
        "'A'=b|b",
        "A=\"say \\\"hi\\\"\"|say \"hi\"",
      })
  void aLineGivesItsValue(String line, String value) {
    var expected = value.replace("\\\\n", "\u0000").replace("\\n", "\n").replace("\u0000", "\\n");
    assertThat(Dotenv.parse(line)).containsExactly(new Dotenv.Entry("A", Optional.of(expected), 1));
  }

  @Test
  void commentsBlankLinesAndNonsenseGiveNothing() {
    var text = "# one\n\n  \nA='unfinished\n=x\nB='ok' rest\n";
    assertThat(Dotenv.parse(text)).isEmpty();
  }

  @Test
  void linesAreCountedThroughQuotesAndAllLineEnds() {
    var text = "A=1\r\n\r\nB='2\n2'\rC=3";
    assertThat(Dotenv.parse(text))
        .containsExactly(
            new Dotenv.Entry("A", Optional.of("1"), 1),
            new Dotenv.Entry("B", Optional.of("2\n2"), 3),
            new Dotenv.Entry("C", Optional.of("3"), 5));
  }

  @Test
  void aBareNameHasNoValue() {
    assertThat(Dotenv.parse("A\nB=1"))
        .first()
        .isEqualTo(new Dotenv.Entry("A", Optional.empty(), 1));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheName() {
    assertThat(Dotenv.parse("\uFEFFA=b")).extracting(Dotenv.Entry::name).containsExactly("A");
  }

  @Test
  void strictKeepsTheOriginalsCommentAsValue() {
    assertThat(Dotenv.parse("A= # note", true))
        .containsExactly(new Dotenv.Entry("A", Optional.of("# note"), 1));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var value = text(random);
      var text = "X=1\n" + Dotenv.line("NAME", value) + "\nY=2\n";
      assertThat(Dotenv.parse(text))
          .as("seed %d, value %s", seed, value)
          .extracting(Dotenv.Entry::value)
          .isEqualTo(List.of(Optional.of("1"), Optional.of(value), Optional.of("2")));
    }
  }

  @Test
  void anyTextIsReadToItsEnd() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var text = text(random) + "\n" + text(random);
      assertThat(Dotenv.parse(text)).as("seed %d", seed).hasSizeLessThanOrEqualTo(text.length());
    }
  }

  @Test
  void aNameThatWouldBecomeAnotherIsRefused() {
    assertThatThrownBy(() -> Dotenv.line("A B", "x")).isInstanceOf(SettingsException.class);
  }

  @Test
  void anEntryShowsNoValue() {
    assertThat(Dotenv.parse("OPENAI_API_KEY=sk-secret").toString()).doesNotContain("sk-secret");
  }

  @Test
  void bytesThatAreNotTextAreRefusedByName(@TempDir Path folder) throws IOException {
    var file = Files.write(folder.resolve(".env"), new byte[] {'A', '=', (byte) 0xFF});
    assertThatThrownBy(() -> Dotenv.read(file, false))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("UTF-8")
        .hasMessageContaining(".env");
  }

  private static String text(Random random) {
    var alphabet = "ab 'Z\"\\#=\n\r\t$n{}:-/ü€😀";
    var points = alphabet.codePoints().toArray();
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
