package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private static final long GENERATION = 1L << Versioned.GENERATION_SHIFT;
  private static final Instant MADE = Instant.parse("2026-11-22T12:00:00Z");

  private final KeyTable table = new KeyTable();

  private static VirtualKey key(String hash, long version, VirtualKey.Terms terms) {
    return new VirtualKey(hash, "sk-...abcd", version, terms, MADE, "admin", MADE, "admin", null);
  }

  private static VirtualKey key(String hash, long version) {
    return key(hash, version, terms().alias(hash + version).user("user-" + version % 7).build());
  }

  private static String hash(int number) {
    return KeyHash.hex(KeyHash.digest("sk-" + number));
  }

  private void make(VirtualKey key) {
    table.made(List.of(KeyRow.of(key)));
  }

  private @Nullable VirtualKey get(String hash) {
    KeyRow row = table.get(KeyId.of(hash));
    return row == null ? null : row.key();
  }

  private List<VirtualKey> all() {
    return table.all(_ -> true).stream().map(KeyRow::key).toList();
  }

  /** Enough changes that slots grow and pages are copied several times. */
  @Test
  void isLikeAMapWhateverIsDone() {
    Map<String, VirtualKey> model = new HashMap<>();
    Random random = new Random(7);
    for (int step = 0; step < 40_000; step++) {
      String hash =
          random.nextInt(50) == 0 ? "odd " + random.nextInt(9) : hash(random.nextInt(3_000));
      VirtualKey known = model.get(hash);
      int what = random.nextInt(10);
      if (known == null) {
        VirtualKey made = key(hash, (step + 1) * GENERATION);
        make(made);
        model.put(hash, made);
      } else if (what < 7) {
        VirtualKey changed = key(hash, known.version() + 1);
        table.changed(KeyRow.of(changed));
        model.put(hash, changed);
      } else {
        table.deleted(KeyId.of(hash), known.version());
        model.remove(hash);
      }
      if (step % 97 == 0) {
        assertThat(get(hash)).isEqualTo(model.get(hash));
      }
    }
    assertThat(all()).containsExactlyInAnyOrderElementsOf(model.values());
    model.forEach((hash, key) -> assertThat(get(hash)).isEqualTo(key));
    assertThat(get(hash(3_001))).isNull();
    assertThat(table.all(KeyRow.ofUser("user-3")))
        .hasSize((int) model.values().stream().filter(this::isOfUserThree).count());
  }

  private boolean isOfUserThree(VirtualKey key) {
    return Objects.equals(key.terms().userId(), "user-3");
  }

  @Test
  void theNewerVersionStays() {
    String hash = hash(1);
    make(key(hash, GENERATION + 5));
    table.changed(KeyRow.of(key(hash, GENERATION + 4)));
    make(key(hash, GENERATION + 3));
    assertThat(get(hash)).isEqualTo(key(hash, GENERATION + 5));
    table.deleted(KeyId.of(hash), 2 * GENERATION);
    assertThat(get(hash)).isNotNull();
    make(key(hash, 2 * GENERATION));
    assertThat(get(hash)).isEqualTo(key(hash, 2 * GENERATION));
    table.changed(KeyRow.of(key(hash(2), GENERATION)));
    assertThat(get(hash(2))).isNull();
  }

  @Test
  void whoeverSawAnOldRowDoesNotOverwriteANewOne() {
    String hash = hash(1);
    KeyId id = KeyId.of(hash);
    make(key(hash, GENERATION));
    KeyRow seen = table.get(id);
    table.changed(KeyRow.of(key(hash, GENERATION + 1)));
    assertThat(table.is(id, seen, null)).isFalse();
    assertThat(table.is(id, null, null)).isFalse();
    assertThat(table.is(id, table.get(id), null)).isTrue();
    assertThat(get(hash)).isNull();
    assertThat(table.is(id, null, KeyRow.of(key(hash, GENERATION)))).isTrue();
    assertThat(get(hash)).isNotNull();
  }

  @Test
  void aRowThatIsAskedForKeepsItsCallerUntilItChanges() {
    String hash = hash(1);
    make(key(hash, GENERATION));
    KeyRow row = table.get(KeyId.of(hash));
    assertThat(table.get(KeyId.of(hash))).isSameAs(row);
    table.changed(KeyRow.of(key(hash, GENERATION + 1)));
    assertThat(table.get(KeyId.of(hash))).isNotSameAs(row);
  }

  /** Each version leaves common fields behind that no other key has. */
  @Test
  void changesDoNotFillTheMemory() {
    String hash = hash(1);
    make(key(hash, GENERATION));
    for (int i = 1; i <= 100_000; i++) {
      table.changed(KeyRow.of(key(hash, GENERATION + i, terms().models("model " + i).build())));
    }
    assertThat(table.bytes()).isLessThan(2_000_000);
    assertThat(Objects.requireNonNull(get(hash)).terms().models()).containsExactly("model 100000");
  }

  @Test
  void aFieldMayBeLongerThanAPage() {
    String alias = "long ".repeat(200_000);
    VirtualKey key = key(hash(1), GENERATION, terms().alias(alias).team("").build());
    make(key);
    make(key(hash(2), GENERATION));
    assertThat(get(hash(1))).isEqualTo(key);
    assertThat(table.all(KeyRow.withAlias(alias))).hasSize(1);
    assertThat(table.all(KeyRow.ofTeam(""))).hasSize(1);
    assertThat(table.all(KeyRow.withHash(hash(2)))).hasSize(1);
  }

  @Test
  void keysAreFoundByAnyOfTheirTeamsAndThoseWithoutOneByNone() {
    make(key(hash(1), GENERATION, terms().team("t3").build()));
    make(key(hash(2), GENERATION, terms().team("other").build()));
    make(key(hash(3), GENERATION));
    for (int teams : new int[] {4, 5, 50}) {
      Set<String> ids =
          IntStream.range(0, teams).mapToObj(i -> "t" + i).collect(toUnmodifiableSet());
      assertThat(table.all(KeyRow.ofTeams(ids))).extracting(KeyRow::hash).containsExactly(hash(1));
    }
    assertThat(table.all(KeyRow.ofTeams(Set.of()))).isEmpty();
  }

  /** Readers meet a writer that makes, changes and deletes others, grows and copies the table. */
  @Test
  void aKeyIsFoundWhateverHappensToOthers() {
    VirtualKey steady = key(hash(-1), GENERATION);
    String changing = hash(-2);
    make(steady);
    make(key(changing, GENERATION));
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Long> reader =
        CompletableFuture.supplyAsync(
            () -> {
              long last = 0;
              while (!done.get()) {
                assertThat(get(steady.hash())).isEqualTo(steady);
                assertThat(get(hash((int) (-3 - last % 10_000)))).isNull();
                VirtualKey seen = Objects.requireNonNull(get(changing));
                assertThat(seen).isEqualTo(key(changing, seen.version()));
                assertThat(seen.version()).isGreaterThanOrEqualTo(last);
                last = seen.version();
              }
              return last;
            });
    int changes = 30_000;
    for (int i = 1; i <= changes; i++) {
      table.changed(KeyRow.of(key(changing, GENERATION + i)));
      assertThat(Objects.requireNonNull(get(changing)).version()).isEqualTo(GENERATION + i);
      make(key(hash(i), GENERATION));
      if (i > 100) {
        table.deleted(KeyId.of(hash(i - 100)), GENERATION);
      }
    }
    done.set(true);
    assertThat(reader.join()).isPositive();
    assertThat(all()).hasSize(102);
  }
}
