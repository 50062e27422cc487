package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PricesCommandTest {
  private static final String SAME =
      "{\"sample_spec\":{\"input_cost_per_token\":\"a number\"},"
          + "\"whisper-1\":{\"litellm_provider\":\"openai\",\"mode\":\"audio_transcription\","
          + "\"input_cost_per_second\":0.0001,\"output_cost_per_second\":0.0001}}";

  @TempDir private Path folder;

  private record Ran(int status, List<String> lines, String err) {}

  private static Ran diff(String source) {
    return run("prices", "diff", source);
  }

  private static Ran run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            new Environment(Map.of()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int status = Main.run(List.of(words), shell);
    return new Ran(
        status,
        out.toString(StandardCharsets.UTF_8).lines().toList(),
        err.toString(StandardCharsets.UTF_8));
  }

  private String file(String json) throws IOException {
    Path map = folder.resolve("map.json");
    Files.writeString(map, json);
    return map.toString();
  }

  @Test
  void aMapOfTheSamePricesChangesNothing() throws IOException {
    Ran ran = diff(file(SAME));
    assertThat(ran.lines())
        .containsExactly("0 models change, 0 are new, 0 lose their price, of 1 in the map");
    assertThat(ran.status()).isZero();
  }

  @Test
  void whatChangesIsSaidFromWhatToWhatInWhichFactor() throws IOException {
    Ran ran =
        diff(
            file(
                "{\"whisper-1\":{\"input_cost_per_second\":0.00015,\"input_cost_per_request\":0.01},"
                    + "\"tts-1\":{\"litellm_provider\":\"openai\"},"
                    + "\"brand-new\":{\"input_cost_per_token\":1e-7}}"));
    assertThat(ran.lines())
        .containsExactly(
            "whisper-1",
            "  input_cost_per_request: none -> 0.01",
            "  input_cost_per_second: 0.0001 -> 0.00015 (x 1.5)",
            "tts-1: loses its price",
            "1 models change, 1 are new, 1 lose their price, of 3 in the map");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void aMapThatCannotBeUsedSaysWhy() throws IOException {
    assertThat(diff(file("[]")).err()).contains("it is not a JSON object");
    assertThat(diff(file("{\"m\":{\"input_cost_per_token\":-1}}")).err())
        .contains("m: input_cost_per_token: expected a price");
    assertThat(diff(folder.resolve("nothing").toString()).err()).contains("it cannot be read");
    Ran plain = diff("http://prices.example/map.json");
    assertThat(plain.err()).contains("expected a file or an https:// address");
    assertThat(plain.status()).isEqualTo(2);
  }

  @Test
  void aMapIsFetchedFromAnAddress() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/map.json",
        exchange -> {
          exchange.sendResponseHeaders(200, SAME.length());
          exchange.getResponseBody().write(SAME.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(diff(base + "/map.json").status()).isZero();
      assertThat(diff(base + "/other.json").err()).contains("status 404");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void checkNamesTheModelsWithoutAPrice() throws IOException {
    Path config = folder.resolve("config.yaml");
    Files.writeString(
        config,
        """
        model_list:
          - model_name: known
            litellm_params: {model: openai/gpt-4o, api_key: sk-x}
          - model_name: mine
            litellm_params: {model: openai/no-such-model, api_key: sk-x}
        """);
    assertThat(run("check", config.toString()).lines())
        .anyMatch(line -> line.startsWith("note: mine: no price is known"))
        .noneMatch(line -> line.startsWith("note: known"));
  }
}
