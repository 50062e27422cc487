package dev.tollgate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectionTest {
  @Test
  void aPageIsWhatSortingWouldGive() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      int length = random.nextInt(60);
      int values = 1 + random.nextInt(40);
      Integer[] all = random.ints(length, 0, values).boxed().toArray(Integer[]::new);
      long skip = random.nextInt(70);
      int size = 1 + random.nextInt(20);
      List<Integer> page = Arrays.stream(all).sorted().skip(skip).limit(size).toList();
      assertThat(Selection.of(all, Comparator.<Integer>naturalOrder(), skip, size))
          .as("seed %s, round %s", seed, round)
          .isEqualTo(new Selection<>(page, length));
      long[] places = Arrays.stream(all).mapToLong(Integer::longValue).toArray();
      long[] ranks = Arrays.stream(places).map(value -> value / 3).toArray();
      assertThat(
              Selection.of(
                  places, ranks, length, Math::toIntExact, Comparator.naturalOrder(), skip, size))
          .as("seed %s, round %s", seed, round)
          .isEqualTo(new Selection<>(page, length));
    }
  }

  @Test
  void aPageFarBehindTheEndIsEmpty() {
    Integer[] all = {3, 1, 2};
    assertThat(Selection.of(all, Comparator.<Integer>naturalOrder(), Long.MAX_VALUE, 100).rows())
        .isEmpty();
    assertThat(Selection.of(all, Comparator.<Integer>naturalOrder(), 1, Integer.MAX_VALUE).rows())
        .containsExactly(2, 3);
  }
}
