package dev.tollgate.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the fuzzer starts from, and each of it a little damaged. */
class CodecFuzzTest {
  private static final int DAMAGES = 40;

  @Test
  void whatTheFuzzerStartsFromBreaksNothing() {
    List<byte[]> seeds = CodecFuzzSeeds.all();
    assertThat(CodecFuzz.WAYS).hasSizeBetween(50, 256);
    for (byte[] seed : seeds) {
      assertThatCode(() -> CodecFuzz.fuzzerTestOneInput(seed))
          .as(CodecFuzz.WAYS.get((seed[1] & 0xff) % CodecFuzz.WAYS.size()) + Samples.text(seed))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void damagedBytesBreakNothing() {
    long start = System.nanoTime();
    Random random = new Random(start);
    for (byte[] seed : CodecFuzzSeeds.all()) {
      for (int i = 0; i < DAMAGES; i++) {
        byte[] damaged = seed.clone();
        for (int j = random.nextInt(3); j >= 0 && damaged.length > 3; j--) {
          damaged[3 + random.nextInt(damaged.length - 3)] = (byte) random.nextInt(256);
        }
        assertThatCode(() -> CodecFuzz.fuzzerTestOneInput(damaged))
            .as("seed %d: %s", start, Samples.text(damaged))
            .doesNotThrowAnyException();
      }
    }
  }
}
