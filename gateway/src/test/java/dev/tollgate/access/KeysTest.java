package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysTest {
  private final MemoryKeyStore store = new MemoryKeyStore();
  private final Access access =
      new Access(
          null,
          store,
          new MemoryTenantStore(store),
          InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")),
          AccessSettings.DEFAULT);
  private final Keys keys = access.keys();

  @BeforeEach
  void read() {
    access.readKeys();
  }

  private VirtualKey make(VirtualKey.Terms terms) {
    return keys.generate(keys.newSecret(), terms, "admin");
  }

  private static <T> List<Future<T>> together(List<Callable<T>> tasks) throws InterruptedException {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      return executor.invokeAll(tasks);
    }
  }

  @Test
  void anUpdateHoldsAtOnceInMemoryAndStore() {
    VirtualKey key = make(VirtualKey.Terms.OPEN);
    VirtualKey changed =
        keys.update(key.hash(), _ -> terms().alias("new").build(), "bob").orElseThrow();
    assertThat(changed.terms().alias()).isEqualTo("new");
    assertThat(changed.updatedBy()).isEqualTo("bob");
    assertThat(changed.createdBy()).isEqualTo("admin");
    assertThat(keys.find(key.hash())).contains(changed);
    assertThat(store.find(key.hash())).contains(changed);
    assertThat(keys.findByAlias("new")).contains(changed);
  }

  @Test
  void aChangeThatTheStoreRefusesNeverShows() {
    VirtualKey key = make(VirtualKey.Terms.OPEN);
    store.breakWith(new IllegalStateException("disk full"));
    assertThatThrownBy(() -> keys.block(key.hash(), true, "x")).hasMessage("disk full");
    assertThatThrownBy(() -> keys.delete(List.of(key.hash()), "x")).hasMessage("disk full");
    Secret secret = Secret.of("sk-never-made-0001");
    assertThatThrownBy(() -> keys.generate(secret, VirtualKey.Terms.OPEN, "x"))
        .hasMessage("disk full");
    assertThat(keys.find(key.hash())).contains(key);
    assertThat(keys.find(Keys.hashOf(secret.reveal()))).isEmpty();
  }

  @Test
  void ofManyKeysWithOneAliasOneIsMade() throws Exception {
    List<Callable<VirtualKey>> tasks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tasks.add(() -> make(terms().alias("same").build()));
    }
    int made = 0;
    for (Future<VirtualKey> each : together(tasks)) {
      try {
        each.get();
        made++;
      } catch (ExecutionException refused) {
        assertThat(refused).hasCauseInstanceOf(TakenException.class);
      }
    }
    assertThat(made).isEqualTo(1);
    assertThat(keys.list(_ -> true)).hasSize(1).isEqualTo(store.all());
  }

  @Test
  void concurrentChangesOfOneKeyAllCount() throws Exception {
    VirtualKey key = make(terms().requestsPerMinute(0).build());
    List<Callable<VirtualKey>> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      tasks.add(
          () ->
              keys.update(
                      key.hash(),
                      old ->
                          terms()
                              .requestsPerMinute(
                                  Objects.requireNonNull(old.requestsPerMinute()) + 1)
                              .build(),
                      "x")
                  .orElseThrow());
    }
    for (Future<VirtualKey> each : together(tasks)) {
      each.get();
    }
    VirtualKey last = keys.find(key.hash()).orElseThrow();
    assertThat(last.terms().requestsPerMinute()).isEqualTo(40);
    assertThat(store.find(key.hash())).contains(last);
  }

  @Test
  void aKeyThatAnotherNodeChangedIsChangedFromWhatItLeft() {
    VirtualKey key = make(terms().requestsPerMinute(1).build());
    VirtualKey others = key.changed(terms().alias("theirs").build(), key.createdAt(), "node2");
    assertThat(store.replace(others, key.version())).isTrue();
    VirtualKey mine = keys.block(key.hash(), true, "x").orElseThrow();
    assertThat(mine.terms().alias()).isEqualTo("theirs");
    assertThat(mine.isBlocked()).isTrue();
  }

  @Test
  void aKeyThatAnotherNodeDeletedIsGoneOnceSeen() {
    VirtualKey key = make(VirtualKey.Terms.OPEN);
    store.delete(List.of(key.hash()), key.createdAt(), "node2");
    assertThat(keys.block(key.hash(), true, "x")).isEmpty();
    assertThat(keys.find(key.hash())).isEmpty();
  }

  @Test
  void changesAgainstDeletionsNeverBringAKeyBack() throws Exception {
    for (int round = 0; round < 50; round++) {
      Secret secret = keys.newSecret();
      String hash = Keys.hashOf(secret.reveal());
      keys.generate(secret, VirtualKey.Terms.OPEN, "x");
      List<Callable<Boolean>> tasks =
          List.of(
              () -> keys.block(hash, true, "x").isPresent(),
              () -> keys.block(hash, false, "x").isPresent(),
              () -> keys.delete(List.of(hash), "x").contains(hash),
              () -> {
                try {
                  keys.generate(secret, VirtualKey.Terms.OPEN, "y");
                  return true;
                } catch (TakenException _) {
                  return false;
                }
              });
      for (Future<Boolean> each : together(tasks)) {
        each.get();
      }
      assertThat(keys.find(hash)).as("round %s", round).isEqualTo(store.find(hash));
    }
  }

  @Test
  void aMissingKeyIsNotChanged() {
    assertThat(keys.block("0".repeat(64), true, "x")).isEmpty();
    assertThat(keys.delete(List.of("0".repeat(64)), "x")).isEmpty();
  }

  @Test
  void theListIsNewestFirst() {
    VirtualKey first = make(terms().alias("a").build());
    VirtualKey second = make(terms().alias("b").build());
    assertThat(keys.list(_ -> true)).containsExactlyInAnyOrder(first, second);
    assertThat(keys.list(key -> "b".equals(key.alias()))).containsExactly(second);
  }

  @Test
  void termsCannotBeChangedFromOutside() {
    List<String> models = new ArrayList<>(List.of("up"));
    VirtualKey key = make(terms().models(models.toArray(new String[0])).build());
    models.add("down");
    assertThat(key.terms().models()).containsExactly("up");
    assertThatThrownBy(() -> key.terms().aliases().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(Map.copyOf(key.terms().aliases())).isEmpty();
  }
}
