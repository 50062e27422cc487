package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Forms whose files are larger than what is kept of them in memory. */
class UploadTest {
  private static final String SOUND = sound(9_000_000);

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    HttpServer hasty =
        provider
            .vertx()
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .setStatusCode(413)
                        .end("{\"error\":{\"message\":\"more than I hear\"}}"))
            .listen(0, "127.0.0.1")
            .await();
    String config =
        """
        model_list:
          - model_name: gpt-test
            litellm_params:
              {model: openai/real-model, api_base: '%s', api_key: sk-provider, num_retries: 1}
          - model_name: hasty
            litellm_params:
              {model: openai/real-model, api_base: 'http://127.0.0.1:%d/v1', api_key: sk-provider}
        router_settings:
          disable_cooldowns: true
        """
            .formatted(provider.base(), hasty.actualPort());
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static String sound(int bytes) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(bytes);
    for (int i = 0; i < bytes; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static byte[] form(String model) {
    String form =
        "--b1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
            + "Content-Type: audio/mpeg\r\n\r\n"
            + SOUND
            + "\r\n--b1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
            + model
            + "\r\n--b1--\r\n";
    return form.getBytes(ISO_8859_1);
  }

  private static byte[] post(String key, String model) {
    String type = "multipart/form-data; boundary=b1";
    byte[] request = RawClient.post("/v1/audio/transcriptions", key, form(model));
    String head = new String(request, ISO_8859_1).replace("application/json", type);
    return head.getBytes(ISO_8859_1);
  }

  private static RawClient.Answer transcribe(String key) throws IOException {
    return transcribe(key, "gpt-test");
  }

  private static RawClient.Answer transcribe(String key, String model) throws IOException {
    try (RawClient client = new RawClient(gateway.port())) {
      return client.send(post(key, model)).answer();
    }
  }

  private static void cameWhole(FakeProvider.Seen seen) {
    assertThat(seen.body().contains("\r\n\r\n" + SOUND + "\r\n--b1")).isTrue();
    assertThat(seen.body().length()).isLessThan(SOUND.length() + 1_000);
    assertThat(seen.body()).contains("real-model");
    assertThat(seen.headers().get("content-length")).isEqualTo("" + seen.body().length());
  }

  @Test
  void aLargeFileComesToTheProviderAsItWas() throws IOException {
    gateway.provider().answers(FakeProvider.whole(200, "{\"text\":\"hello\"}"));
    assertThat(transcribe(RunningGateway.MASTER).ok().body()).contains("hello");
    assertThat(gateway.provider().seen()).hasSize(1).allSatisfy(UploadTest::cameWhole);
  }

  @Test
  void aSecondAttemptSendsItOnceMore() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    FakeProvider.Script bad = FakeProvider.whole(500, "{\"error\":{\"message\":\"try again\"}}");
    FakeProvider.Script good = FakeProvider.whole(200, "{\"text\":\"hello\"}");
    gateway
        .provider()
        .answers(
            (request, seen) -> (asked.getAndIncrement() == 0 ? bad : good).answer(request, seen));
    assertThat(transcribe(RunningGateway.MASTER).ok().body()).contains("hello");
    List<FakeProvider.Seen> seen = gateway.provider().seen();
    assertThat(seen).hasSize(2).allSatisfy(UploadTest::cameWhole);
  }

  @Test
  void whatAProviderAnswersBeforeItHasReadTheFileIsHeard() throws IOException {
    RawClient.Answer answer = transcribe(RunningGateway.MASTER, "hasty");
    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.body()).contains("more than I hear");
  }

  @Test
  void aCallWithoutAKeyIsRefusedBeforeItsFileIsRead() throws IOException {
    assertThat(transcribe("sk-nobody").status()).isEqualTo(401);
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void aFormThatIsCutOffIsRefused() throws IOException {
    byte[] whole = post(RunningGateway.MASTER, "gpt-test");
    String text = new String(whole, ISO_8859_1).replace("--b1--\r\n", "--b1::\r\n");
    try (RawClient client = new RawClient(gateway.port())) {
      RawClient.Answer answer = client.send(text).answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("The form is cut off");
    }
  }

  @Test
  void aClientThatLeavesInMidFileLeavesNothingBehind() throws IOException {
    byte[] whole = post(RunningGateway.MASTER, "gpt-test");
    try (RawClient client = new RawClient(gateway.port())) {
      client.send(Arrays.copyOf(whole, whole.length / 2));
    }
    gateway.isAtRest();
    assertThat(gateway.provider().seen()).isEmpty();
  }
}
