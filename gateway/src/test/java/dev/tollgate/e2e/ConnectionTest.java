package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Connections of both sides, and what travels compressed on them. */
class ConnectionTest {
  private static final String CHAT = "/v1/chat/completions";

  @Test
  void aConnectionThatTheProviderClosedWhileIdleFailsNoCall() throws Exception {
    FakeProvider provider =
        new FakeProvider(
            new HttpServerOptions().setIdleTimeout(20).setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
    try (RunningGateway gateway =
            new RunningGateway(TestGateway.Setup.of(RunningGateway.config(provider)), provider);
        RawClient client = gateway.client()) {
      for (int i = 1; i <= 25; i++) {
        int opened = i;
        client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
        assertThat(client.answer().status()).isEqualTo(200);
        Eventually.so("the provider closes", () -> provider.closed() == opened);
      }
      assertThat(provider.connections()).isEqualTo(25);
      assertThat(provider.seen()).hasSize(25);
    }
  }

  @Test
  void aRequestThatMayHaveBeenServedIsNotSentTwice() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
      assertThat(client.answer().status()).isEqualTo(200);
      gateway.provider().answers(FakeProvider.refusing());
      client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
      assertThat(client.answer().status()).isEqualTo(500);
      assertThat(gateway.provider().seen()).hasSize(2);
    }
  }

  @Test
  void manyCallsOnOneConnectionUseOneConnectionToTheProvider() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      for (int i = 0; i < 20; i++) {
        client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(gateway.provider().connections()).isEqualTo(1);
    }
  }

  @Test
  void aRefusalKeepsTheConnection() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      client.post(CHAT, "sk-nobody", RunningGateway.chatBody(false));
      assertThat(client.answer().status()).isEqualTo(401);
      client.post("/nowhere", RunningGateway.MASTER, RunningGateway.chatBody(false));
      assertThat(client.answer().status()).isEqualTo(404);
      client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aCompressedBodyIsInflatedForTheProvider() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      byte[] body = gzip(RunningGateway.chatBody(false).getBytes(UTF_8));
      client.send(RawClient.post(CHAT, RunningGateway.MASTER, body, "Content-Encoding: gzip"));
      assertThat(client.answer().status()).isEqualTo(200);
      FakeProvider.Seen seen = gateway.provider().seen().getFirst();
      assertThat(seen.body()).contains("\"hello\"").contains("\"real-model\"");
      assertThat(seen.headers()).doesNotContainKey("content-encoding");
    }
  }

  @Test
  void aLargeAnswerIsCompressedForAClientThatAcceptsIt() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      String large = FakeProvider.WHOLE.replace("Hello there!", "Hello ".repeat(4_000));
      gateway.provider().answers(FakeProvider.whole(200, large));
      client.post(
          CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false), "Accept-Encoding: gzip");
      RawClient.Head head = client.head();
      assertThat(head.header("content-encoding")).isEqualTo("gzip");
      byte[] bytes = client.bodyBytes();
      assertThat(bytes.length).isLessThan(2_000);
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        assertThat(new String(in.readAllBytes(), UTF_8)).contains("Hello Hello");
      }
      client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
      RawClient.Answer plain = client.answer();
      assertThat(plain.headers()).doesNotContainKey("content-encoding");
      assertThat(plain.body()).contains("Hello Hello");
    }
  }

  @Test
  void aProvidersCompressedAnswerIsReadAndEdited() throws Exception {
    FakeProvider provider = new FakeProvider(new HttpServerOptions().setCompressionSupported(true));
    try (RunningGateway gateway =
        new RunningGateway(TestGateway.Setup.of(RunningGateway.config(provider)), provider)) {
      RawClient.Answer answer = gateway.chat(RunningGateway.MASTER);
      assertThat(answer.body()).contains("\"gpt-test\"").contains("\"x_unknown\":{\"kept\":[1,2]}");
      assertThat(provider.seen().getFirst().headers().get("accept-encoding")).contains("gzip");
    }
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
