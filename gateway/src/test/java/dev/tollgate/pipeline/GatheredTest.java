package dev.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GatheredTest {
  @RepeatedTest(200)
  void piecesOfAnySizesAreJoinedInOrder(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int size = random.nextInt(repetition.getCurrentRepetition() % 10 == 0 ? 200_000 : 5_000);
    byte[] body = new byte[size];
    random.nextBytes(body);
    Gathered gathered = new Gathered();
    for (int at = 0; at < size; ) {
      int end =
          Math.min(
              size,
              at
                  + 1
                  + random.nextInt(
                      random.nextBoolean() ? 3 : random.nextBoolean() ? 2_000 : 40_000));
      gathered.add(Buffer.buffer(body).slice(at, end));
      at = end;
    }
    assertThat(gathered.length()).isEqualTo(size);
    assertThat(gathered.whole()).isEqualTo(body);
  }

  @Test
  void aPieceIsTakenAsFarAsItGoesOnly() {
    Gathered gathered = new Gathered();
    gathered.add(Buffer.buffer(1_024).appendString("abc"));
    assertThat(gathered.whole()).isEqualTo(new byte[] {'a', 'b', 'c'});
  }

  @Test
  void clearedItBeginsAgain() {
    Gathered gathered = new Gathered();
    gathered.add(Buffer.buffer("abc"));
    gathered.clear();
    gathered.add(Buffer.buffer("d"));
    assertThat(gathered.whole()).isEqualTo(new byte[] {'d'});
  }
}
