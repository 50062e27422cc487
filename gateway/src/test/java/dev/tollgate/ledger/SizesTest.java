package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
  private final Sizes sizes = new Sizes();

  private void add(int times, long size) {
    IntStream.range(0, times).forEach(_ -> sizes.add(size));
  }

  @Test
  void aFewSayNothingYet() {
    add(Sizes.LEAST - 1, 10);
    assertThat(sizes.high(4096)).isEqualTo(4096);
    sizes.add(10);
    assertThat(sizes.high(4096)).isLessThan(16);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 7, 8, 100, 333, 4096, 100_000, 1L << 40, 1L << 60})
  void theHighOneIsNeverBelowNorFarAbove(long size) {
    add(Sizes.LEAST, size);
    assertThat(sizes.high(0)).isBetween(size, size + size / 4 + 1);
  }

  @Test
  void oneInTwentyMayBeLarger() {
    add(96, 100);
    add(4, 10_000);
    assertThat(sizes.high(0)).isBetween(100L, 127L);
    add(6, 10_000);
    assertThat(sizes.high(0)).isGreaterThanOrEqualTo(10_000);
  }

  @Test
  void whatWasLongAgoWeighsLess() {
    add(2000, 8000);
    add(4000, 100);
    assertThat(sizes.high(0)).isBetween(100L, 127L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 7, 8, 100, 333, 4096, 100_000, 1L << 40, Long.MAX_VALUE})
  void whatIsWrittenIsReadAsTheSame(long size) {
    add(Sizes.LEAST, size);
    add(2, 17);
    Sizes read = new Sizes();
    read.read(sizes.written());
    assertThat(read.written()).isEqualTo(sizes.written());
    assertThat(read.high(0)).isEqualTo(sizes.high(0));
  }

  @Test
  void whatIsReadIsAddedAndHalvedAsIfItWereCounted() {
    add(1000, 8000);
    String written = sizes.written();
    for (int i = 0; i < 20; i++) {
      sizes.read(written);
    }
    add(4000, 100);
    assertThat(sizes.high(0)).isBetween(100L, 127L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "x:1", "1:x", "0:1", "-3:1", "1:0", "1:-1", "1:5000", "1:1  2:1", ":"})
  void whatWasNotWrittenSoIsNotRead(String text) {
    assertThatThrownBy(() -> sizes.read(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void severalThreadsMayCount() throws InterruptedException {
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      Random random = new Random(i);
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 20_000; n++) {
                      sizes.add(1 + random.nextInt(1000));
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(sizes.high(0)).isBetween(900L, 1300L);
  }
}
