package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AwsMessageTest {
  /** From the test vectors of AWS's own libraries. */
  private static final String EMPTY = "000000100000000005c248eb7d98c8ff";

  private static final String PAYLOAD_ONLY =
      "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";

  private static AwsMessage read(byte[] bytes) {
    return AwsMessage.read(bytes, 0, bytes.length);
  }

  @Test
  void awsOwnVectorsAreReadAndWritten() {
    byte[] empty = HexFormat.of().parseHex(EMPTY);
    byte[] payload = HexFormat.of().parseHex(PAYLOAD_ONLY);

    assertThat(read(empty).payload()).isEmpty();
    assertThat(new String(read(payload).payload(), UTF_8)).isEqualTo("{'foo':'bar'}");
    assertThat(new AwsMessage(Map.of(), new byte[0]).write()).isEqualTo(empty);
    assertThat(new AwsMessage(Map.of(), "{'foo':'bar'}".getBytes(UTF_8)).write())
        .isEqualTo(payload);
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    AwsMessage read = read(AwsMessage.event("metadata", "{\"é\":1}".getBytes(UTF_8)).write());

    assertThat(read.header(":message-type")).isEqualTo("event");
    assertThat(read.header(":event-type")).isEqualTo("metadata");
    assertThat(new String(read.payload(), UTF_8)).isEqualTo("{\"é\":1}");
  }

  @Test
  void headersOfEveryTypeArePassedOver() {
    String headers =
        "0161"
            + "00"
            + "0162"
            + "01"
            + "0163"
            + "0205"
            + "0164"
            + "030001"
            + "0165"
            + "0400000001"
            + "0166"
            + "050000000000000001"
            + "0167"
            + "060002abcd"
            + "0168"
            + "080000000000000001"
            + "0169"
            + "09"
            + "00".repeat(16)
            + "016a"
            + "0700016b";
    byte[] made = framed(HexFormat.of().parseHex(headers));

    assertThat(read(made).headers()).containsExactly(Map.entry("j", "k"));
  }

  private static byte[] framed(byte[] headers) {
    var out = java.nio.ByteBuffer.allocate(16 + headers.length);
    out.putInt(16 + headers.length).putInt(headers.length).putInt(crc(out.array(), 8));
    out.put(headers);
    out.putInt(crc(out.array(), 12 + headers.length));
    return out.array();
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new java.util.zip.CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  @Test
  void everyBitThatFlipsIsFound() {
    byte[] good = AwsMessage.event("x", "{\"a\":1}".getBytes(UTF_8)).write();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(bad)).isInstanceOf(FailureException.class);
    }
  }

  @Test
  void anySplitOfTheBytesGivesTheSameMessages() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var stream = new java.io.ByteArrayOutputStream();
      List<String> sent = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        String payload = "{\"n\":\"" + "x".repeat(random.nextInt(200)) + "\"}";
        sent.add(payload);
        stream.writeBytes(AwsMessage.event("e" + i, payload.getBytes(UTF_8)).write());
      }
      List<String> got = new ArrayList<>();
      AwsFraming framing = new AwsFraming(4096);
      byte[] bytes = stream.toByteArray();
      for (int at = 0; at < bytes.length; ) {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(90));
        framing.feed(
            bytes,
            at,
            to,
            (buffer, from, end) ->
                got.add(new String(AwsMessage.read(buffer, from, end).payload(), UTF_8)));
        at = to;
      }
      assertThat(got).as("seed %d", seed).isEqualTo(sent);
    }
  }

  @Test
  void aLengthBeyondTheBoundIsRefusedBeforeAnythingIsHeld() {
    AwsFraming framing = new AwsFraming(1024);
    byte[] huge = {0x7f, 0, 0, 0, 0};

    assertThatThrownBy(() -> framing.feed(huge, 0, huge.length, (_, _, _) -> {}))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("1024");
  }
}
