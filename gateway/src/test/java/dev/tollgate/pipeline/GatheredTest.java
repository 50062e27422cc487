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
    int size = random.nextInt(5_000);
    int announced = random.nextInt(10_000) - 1;
    byte[] body = new byte[size];
    random.nextBytes(body);
    Gathered gathered = new Gathered(announced);
    for (int at = 0; at < size; ) {
      int end = Math.min(size, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000));
      gathered.add(Buffer.buffer(body).slice(at, end));
      at = end;
    }
    assertThat(gathered.length()).isEqualTo(size);
    assertThat(gathered.whole()).isEqualTo(body);
  }

  @Test
  void aPieceIsTakenAsFarAsItGoesOnly() {
    Gathered gathered = new Gathered(-1);
    gathered.add(Buffer.buffer(1_024).appendString("abc"));
    assertThat(gathered.whole()).isEqualTo(new byte[] {'a', 'b', 'c'});
  }

  @Test
  void anAnnouncedLengthAloneTakesNoRoom() {
    Gathered gathered = new Gathered(Integer.MAX_VALUE);
    gathered.add(Buffer.buffer("a"));
    gathered.add(Buffer.buffer("b"));
    assertThat(gathered.whole()).isEqualTo(new byte[] {'a', 'b'});
  }

  @Test
  void clearedItBeginsAgain() {
    Gathered gathered = new Gathered(-1);
    gathered.add(Buffer.buffer("abc"));
    gathered.clear();
    gathered.add(Buffer.buffer("d"));
    assertThat(gathered.whole()).isEqualTo(new byte[] {'d'});
  }
}
