package dev.tollgate.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class InflationTest {
  private static final int BYTES_MAX = 1 << 20;
  private final BodyRoom room = BodyRoom.of(BYTES_MAX);

  @Test
  void gzipAndBothFormsOfDeflateAreRead() throws IOException {
    byte[] text = "Zürich ".repeat(20_000).getBytes(UTF_8);
    assertThat(Inflation.GZIP.inflate(gzip(text), BYTES_MAX, room)).isEqualTo(text);
    assertThat(Inflation.DEFLATE.inflate(deflate(text, false), BYTES_MAX, room)).isEqualTo(text);
    assertThat(Inflation.DEFLATE.inflate(deflate(text, true), BYTES_MAX, room)).isEqualTo(text);
  }

  @Test
  void aBodyOfTheLargestSizeIsReadAndOneByteMoreIsTooLarge() throws IOException {
    byte[] largest = Inflation.GZIP.inflate(gzip(new byte[BYTES_MAX]), BYTES_MAX, plenty());
    assertThat(largest).hasSize(BYTES_MAX);
    assertThat(refused(Inflation.GZIP, gzip(new byte[BYTES_MAX + 1]), plenty()).status())
        .isEqualTo(413);
  }

  @Test
  void aBombGivesItsRoomBack() throws IOException {
    for (int i = 0; i < 5; i++) {
      assertThat(refused(Inflation.GZIP, gzip(new byte[64 << 20]), room).status()).isIn(413, 503);
    }
    assertThat(room.grow(0, BYTES_MAX)).isTrue();
  }

  @Test
  void whatIsNotCompressedOrIsCutOffIsABadRequest() throws IOException {
    byte[] good = gzip("hello, world".repeat(100).getBytes(UTF_8));
    byte[] cut = Arrays.copyOf(good, good.length - 9);
    for (Inflation how : Inflation.values()) {
      assertThat(refused(how, "no".getBytes(UTF_8), room)).isInstanceOf(Failure.BadRequest.class);
      assertThat(refused(how, cut, room)).isInstanceOf(Failure.BadRequest.class);
    }
  }

  @Test
  void roomIsSharedAndOrdinaryBodiesNeedNone() {
    assertThat(room.grow(0, BYTES_MAX)).isTrue();
    assertThat(room.grow(0, BYTES_MAX)).isFalse();
    assertThat(room.grow(0, 64 << 10)).isTrue();
    room.shrink(BYTES_MAX, 0);
    assertThat(room.grow(0, BYTES_MAX)).isTrue();
  }

  private static BodyRoom plenty() {
    return BodyRoom.of(4L * BYTES_MAX);
  }

  private static Failure refused(Inflation how, byte[] bytes, BodyRoom room) {
    return catchThrowableOfType(FailureException.class, () -> how.inflate(bytes, BYTES_MAX, room))
        .failure();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return written(out, new GZIPOutputStream(out), bytes);
  }

  private static byte[] deflate(byte[] bytes, boolean raw) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return written(
        out, new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, raw)), bytes);
  }

  private static byte[] written(ByteArrayOutputStream out, OutputStream compressing, byte[] bytes)
      throws IOException {
    try (compressing) {
      compressing.write(bytes);
    }
    return out.toByteArray();
  }
}
