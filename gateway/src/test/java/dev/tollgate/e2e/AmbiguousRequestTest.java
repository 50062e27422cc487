package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that one could read in two ways, or not at all, are the end of their connection. */
class AmbiguousRequestTest {
  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();
  private static final String limited = gateway.key(Terms.models("gpt-test"));
  @RegisterExtension static final Said SAID = new Said(gateway, limited);
  private static final String CHAT = "/v1/chat/completions";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Host: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "Host: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        "Host: a\r\nContent-Length: 4, 5\r\n\r\nabcde",
        "Host: a\r\nContent-Length: +4\r\n\r\nabcd",
        "Host: a\r\nContent-Length: -4\r\n\r\nabcd",
        "Host: a\r\nContent-Length: 0x4\r\n\r\nabcd",
        "Host: a\r\nContent-Length : 4\r\n\r\nabcd",
        "Host: a\r\nTransfer-Encoding: gzip\r\n\r\nabcd",
        "Host: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Host: a\r\nTransfer-Encoding\u000b: chunked\r\n\r\n0\r\n\r\n",
        "Host: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\n\r\nabcd",
        "Host: a\r\nHost: b\r\nContent-Length: 4\r\n\r\nabcd",
        "Host: a\r\nX\u0000Y: y\r\nContent-Length: 4\r\n\r\nabcd",
        "Host: a\r\n: y\r\nContent-Length: 4\r\n\r\nabcd",
        "Host: a\r\nno colon\r\nContent-Length: 4\r\n\r\nabcd"
      })
  void aRequestThatCanBeReadInTwoWaysIs400AndTheEndOfItsConnection(String rest) throws Exception {
    try (RawClient client = gateway.client()) {
      client.send("POST " + CHAT + " HTTP/1.1\r\nAuthorization: Bearer " + limited + "\r\n" + rest);
      client.send("GET /health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(SAID.note(client.answer()).status()).isEqualTo(400);
      assertThat(client.isClosedByGateway()).isTrue();
    }
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void aRequestWithTwoLengthsIsAnsweredAlsoIfNothingFollows() throws Exception {
    try (RawClient client = gateway.client()) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(SAID.note(client.answer()).status()).isEqualTo(400);
      assertThat(client.isClosedByGateway()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ZZ\r\nabc\r\n0\r\n\r\n",
        "-1\r\nabc\r\n0\r\n\r\n",
        "ffffffffff\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n"
      })
  void aBrokenChunkIsTheEndOfItsConnection(String chunks) throws Exception {
    try (RawClient client = gateway.client()) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
              + limited
              + "\r\nTransfer-Encoding: chunked\r\n\r\n"
              + chunks
              + "GET /health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(SAID.note(client.answer()).status()).isEqualTo(400);
      assertThat(client.isClosedByGateway()).isTrue();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
    try (RawClient client = gateway.client()) {
      client.send("GET /health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n");
      client.post(CHAT, limited, RunningGateway.chatBody(false));
      client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(SAID.note(client.answer()).body()).contains("Hello there!");
      assertThat(client.answer().status()).isEqualTo(404);
    }
  }

  @Test
  void aZipBombIs413() throws Exception {
    byte[] bomb = ConnectionTest.gzip(new byte[64 << 20]);
    long before = System.nanoTime();
    try (RawClient client = gateway.client()) {
      byte[] request = RawClient.post(CHAT, limited, bomb, "Content-Encoding: gzip");
      client.send(request);
      assertThat(SAID.note(client.answer()).status()).isEqualTo(413);
    }
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before)).isLessThan(5);
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aBodyThatIsNotWhatItsEncodingSaysIs400(String encoding) throws Exception {
    try (RawClient client = gateway.client()) {
      client.send(
          RawClient.post(
              CHAT,
              limited,
              "this is not compressed".getBytes(UTF_8),
              "Content-Encoding: " + encoding));
      assertThat(SAID.note(client.answer()).status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip, gzip", "x-unknown"})
  void anEncodingThatIsNotReadIsRefused(String encoding) throws Exception {
    byte[] twice =
        ConnectionTest.gzip(ConnectionTest.gzip(RunningGateway.chatBody(false).getBytes(UTF_8)));
    try (RawClient client = gateway.client()) {
      client.send(RawClient.post(CHAT, limited, twice, "Content-Encoding: " + encoding));
      assertThat(SAID.note(client.answer()).status()).isIn(400, 415);
    }
    assertThat(gateway.provider().seen()).isEmpty();
  }
}
