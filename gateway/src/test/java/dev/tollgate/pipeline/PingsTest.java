package dev.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PingsTest {
  private static final long START = Long.MAX_VALUE - 5; // of a clock that may overflow

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static int taken(Pings pings, int asked, long nowNanos) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += pings.take(nowNanos) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void someComeAtOnceAndThenSoManyASecond() {
    Pings pings = new Pings();
    assertThat(taken(pings, 100, at(0))).isEqualTo(20);
    assertThat(taken(pings, 100, at(99))).isZero();
    assertThat(taken(pings, 100, at(1_000))).isEqualTo(10);
    assertThat(taken(pings, 100, at(60_000))).isEqualTo(20);
    for (int i = 0; i < 100; i++) {
      assertThat(taken(pings, 1, at(70_000 + i * 100))).isEqualTo(1);
    }
  }
}
