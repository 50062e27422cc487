package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder a case, under {@code golden}: {@code request.json} and what the provider is sent,
 * {@code reply.json} or {@code stream.txt} and what the client is shown. The folder's name begins
 * with the operation.
 */
class GoldenTest {
  static List<Path> cases() throws IOException, URISyntaxException {
    URL golden = Objects.requireNonNull(GoldenTest.class.getResource("/golden"));
    try (Stream<Path> folders = Files.list(Path.of(golden.toURI()))) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatGoesInAndOutIsAsRecorded(Path folder) throws IOException {
    String name = folder.getFileName().toString();
    Operation operation =
        Operation.valueOf(name.substring(0, name.indexOf('-')).toUpperCase(Locale.ROOT));
    Codec codec = operation == Operation.RESPONSES ? RESPONSES : OPENAI;
    Request request =
        codec.readRequest(
            Samples.at(operation), Files.readAllBytes(folder.resolve("request.json")));
    assertThat(text(codec.requestFor(request, PLAIN, null)))
        .isEqualTo(Files.readString(folder.resolve("forwarded.json")));
    if (Files.exists(folder.resolve("reply.json"))) {
      byte[] reply = Files.readAllBytes(folder.resolve("reply.json"));
      WholeReply shown = codec.readReply(request, PLAIN, Samples.shown("my-model"), reply);
      assertThat(text(shown.body())).isEqualTo(Files.readString(folder.resolve("shown.json")));
      assertThat(shown.usage()).isNotNull();
    } else {
      String shown = Files.readString(folder.resolve("shown-stream.txt"));
      byte[] stream = Files.readAllBytes(folder.resolve("stream.txt"));
      StreamEdit whole = codec.stream(request, PLAIN, Samples.shown("my-model"));
      assertThat(Played.stream(whole, codec.framing(1 << 20), stream, stream.length))
          .isEqualTo(shown);
      assertThat(whole.usage()).isEqualTo(Usage.of(12, 7));
      assertThat(whole.done()).isTrue();
      long seed = System.nanoTime();
      int cut = 1 + new Random(seed).nextInt(50);
      assertThat(
              Played.stream(
                  codec.stream(request, PLAIN, Samples.shown("my-model")),
                  codec.framing(1 << 20),
                  stream,
                  cut))
          .as("seed %d", seed)
          .isEqualTo(shown);
    }
  }
}
