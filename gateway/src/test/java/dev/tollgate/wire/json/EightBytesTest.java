package dev.tollgate.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class EightBytesTest {
  private static boolean isEscaped(int b) {
    return b < ' ' || b == '"' || b == '\\';
  }

  @Test
  void theFirstOddByteIsFoundWhateverComesBehind() {
    Random random = new Random(3);
    for (int odd = 0; odd < 256; odd++) {
      for (int round = 0; round < 500; round++) {
        byte[] text = new byte[Long.BYTES];
        random.nextBytes(text);
        text[random.nextInt(Long.BYTES)] = (byte) odd;
        check(text, EightBytes::escaped, EightBytesTest::isEscaped);
        check(text, EightBytes::escapedOrWide, b -> isEscaped(b) || b >= 0x80);
      }
    }
  }

  private static void check(byte[] text, LongUnaryOperator marks, IntPredicate isOdd) {
    int first = 0;
    while (first < Long.BYTES && !isOdd.test(text[first] & 0xff)) {
      first++;
    }
    long found = marks.applyAsLong(EightBytes.of(text, 0));
    if (first == Long.BYTES) {
      assertThat(found).isZero();
    } else {
      assertThat(EightBytes.first(found)).as("in %s", text).isEqualTo(first);
    }
  }
}
