package dev.tollgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplyDecoderTest {
  private static final String CHUNKED =
      """
      HTTP/1.1 200 OK\r
      Transfer-Encoding: chunked\r
      \r
      5;x=1\r
      ab@00\r
      1B\r
      00000000000000042 and so on\r
      0\r
      X: y\r
      \r
      """;

  @Test
  void everySplitOfAChunkedReplyGivesTheSameBodyAndMark() throws IOException {
    for (int at = 0; at <= CHUNKED.length(); at++) {
      var read = new Read();
      boolean early = read.takes(CHUNKED.substring(0, at));
      boolean late = read.takes(CHUNKED.substring(at));

      assertThat(early || late).as("complete when split at %d", at).isTrue();
      assertThat(read.body).hasToString("ab@0000000000000000042 and so on");
      assertThat(read.marks).containsExactly(42L);
    }
  }

  @Test
  void aReplyWithALengthEndsThereAndTheNextBegins() throws IOException {
    var read = new Read();
    String reply = "HTTP/1.1 429 Too Many\r\ncontent-LENGTH: 2\r\nconnection: close\r\n\r\nno";

    assertThat(read.takes(reply)).isTrue();
    assertThat(read.decoder.status()).isEqualTo(429);
    assertThat(read.decoder.closes()).isTrue();

    assertThat(read.takes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).isTrue();
    assertThat(read.decoder.status()).isEqualTo(200);
    assertThat(read.decoder.closes()).isFalse();
    assertThat(read.body).hasToString("no");
  }

  @Test
  void aReplyWithoutALengthIsRefusedBecauseItsEndCannotBeSeen() {
    var read = new Read();

    assertThatThrownBy(() -> read.takes("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void anEndlessHeadIsRefused() {
    var read = new Read();

    assertThatThrownBy(() -> read.takes("a".repeat(Head.BYTES_MAX + 1)))
        .isInstanceOf(ProtocolException.class);
  }

  private static final class Read {
    private final ReplyDecoder decoder = new ReplyDecoder();
    private final Marks scanner = new Marks();
    private final StringBuilder body = new StringBuilder();
    private final List<Long> marks = new ArrayList<>();

    boolean takes(String text) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      return decoder.read(bytes, this::piece);
    }

    private void piece(ByteBuffer bytes) {
      body.append(StandardCharsets.US_ASCII.decode(bytes.duplicate()));
      scanner.scan(bytes, marks::add);
    }
  }
}
