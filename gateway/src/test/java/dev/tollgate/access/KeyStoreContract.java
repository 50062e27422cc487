package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link KeyStore} has to do. */
public abstract class KeyStoreContract {
  private static final Instant NOW = Instant.parse("2026-11-22T12:11:32.644Z");

  /** A store without keys. */
  protected abstract KeyStore store();

  private static VirtualKey key(String hash, VirtualKey.Terms terms) {
    return new VirtualKey(hash, "sk-...abcd", 7L << 32, terms, NOW, "admin", NOW, "admin", null);
  }

  private static VirtualKey full(String hash) {
    VirtualKey.Terms terms =
        new VirtualKey.Terms(
            "it's \"ünï\" 🎉",
            "u1",
            "t1",
            List.of("up", "openai/*"),
            Map.of("gpt", "up"),
            List.of("/v1/models"),
            Money.ofNanos(Long.MAX_VALUE),
            "30d",
            Instant.parse("2026-12-01T00:00:00Z"),
            0L,
            Long.MAX_VALUE,
            3L,
            Instant.parse("2027-01-01T00:00:00.001Z"),
            false,
            "llm_api",
            512L,
            true,
            "{\"team\":\"a\",\"x\":1.5e-07}",
            "{\"tpd_limit\":5}");
    return new VirtualKey(
        hash, "sk-...abcd", Long.MAX_VALUE - 1, terms, NOW, "a", NOW.plusMillis(1), "b", NOW);
  }

  private static List<VirtualKey> all(KeyStore store) {
    List<VirtualKey> all = new ArrayList<>();
    store.each(rows -> rows.forEach(row -> all.add(row.key())));
    return all;
  }

  @Test
  void noTextOfAKeyCanPassForAnother() {
    KeyStore store = store();
    List<VirtualKey> odd =
        List.of(
            key("aa", terms().alias("a\u001fb").user("u").build()),
            key("bb", terms().alias("c\u001f").build()),
            key("cc", terms().alias("").user("\u001f\u001f").build()),
            key("dd".repeat(32), terms().alias("x").user("").team("t\u001f1").build()),
            key("DD".repeat(32), terms().alias("long ".repeat(100)).build()),
            key("\u001f", terms().alias("y").build()));
    odd.forEach(store::insert);
    assertThat(all(store)).containsExactlyInAnyOrderElementsOf(odd);
  }

  @Test
  void whatIsWrittenIsRead() {
    KeyStore store = store();
    VirtualKey full = full("aa");
    VirtualKey bare = key("bb", VirtualKey.Terms.OPEN);
    store.insert(full);
    store.insert(bare);
    assertThat(store.find("aa")).contains(full);
    assertThat(store.find("bb")).contains(bare);
    assertThat(store.find("cc")).isEmpty();
    assertThat(all(store)).containsExactlyInAnyOrder(full, bare);
  }

  @Test
  void aHashIsThereOnce() {
    KeyStore store = store();
    store.insert(key("aa", terms().alias("one").build()));
    assertThatThrownBy(() -> store.insert(key("aa", terms().alias("two").build())))
        .isInstanceOfSatisfying(
            TakenException.class,
            taken -> assertThat(taken.field()).isEqualTo(TakenException.Field.KEY));
    assertThat(all(store)).hasSize(1);
  }

  @Test
  void anAliasIsThereOnceAndNoAliasOften() {
    KeyStore store = store();
    store.insert(key("aa", terms().alias("one").build()));
    store.insert(key("bb", VirtualKey.Terms.OPEN));
    store.insert(key("cc", VirtualKey.Terms.OPEN));
    assertThatThrownBy(() -> store.insert(key("dd", terms().alias("one").build())))
        .isInstanceOfSatisfying(
            TakenException.class,
            taken -> assertThat(taken.field()).isEqualTo(TakenException.Field.ALIAS));
    VirtualKey renamed =
        key("bb", VirtualKey.Terms.OPEN).changed(terms().alias("one").build(), NOW, "x");
    assertThatThrownBy(() -> store.replace(renamed, 7L << 32))
        .isInstanceOfSatisfying(
            TakenException.class,
            taken -> assertThat(taken.field()).isEqualTo(TakenException.Field.ALIAS));
    assertThat(store.find("bb")).contains(key("bb", VirtualKey.Terms.OPEN));
    assertThat(store.find("dd")).isEmpty();
  }

  @Test
  void aRowIsReplacedOnlyAtTheVersionThatWasRead() {
    KeyStore store = store();
    VirtualKey first = key("aa", VirtualKey.Terms.OPEN);
    store.insert(first);
    VirtualKey second = first.changed(terms().alias("a").build(), NOW.plusMillis(5), "bob");
    assertThat(store.replace(second, first.version())).isTrue();
    assertThat(store.replace(first.changed(VirtualKey.Terms.OPEN, NOW, "eve"), first.version()))
        .isFalse();
    assertThat(store.find("aa")).contains(second);
    assertThat(store.replace(key("bb", VirtualKey.Terms.OPEN), 1)).isFalse();
    assertThat(store.find("bb")).isEmpty();
  }

  @Test
  void aDeletedKeyIsGoneAndItsAliasFree() {
    KeyStore store = store();
    store.insert(key("aa", terms().alias("one").build()));
    store.insert(key("bb", VirtualKey.Terms.OPEN));
    assertThat(store.delete(List.of("aa", "zz"), NOW, "admin")).isEqualTo(Map.of("aa", 7L << 32));
    assertThat(store.delete(List.of("aa"), NOW, "admin")).isEmpty();
    assertThat(store.delete(List.of(), NOW, "admin")).isEmpty();
    assertThat(all(store)).extracting(VirtualKey::hash).containsExactly("bb");
    store.insert(key("cc", terms().alias("one").build()));
    VirtualKey again = key("aa", VirtualKey.Terms.OPEN).changed(VirtualKey.Terms.OPEN, NOW, "x");
    store.insert(again);
    assertThat(store.delete(List.of("aa"), NOW, "admin")).containsOnlyKeys("aa");
  }

  @Test
  void deletedKeysCanBeLookedAtAsTheyWereTheLastOneFirst() {
    KeyStore store = store();
    VirtualKey full = full("aa");
    VirtualKey bare = key("bb", VirtualKey.Terms.OPEN);
    store.insert(full);
    store.insert(bare);
    assertThat(store.deleted(_ -> true)).isEmpty();
    store.delete(List.of("aa"), NOW, "ann");
    store.delete(List.of("bb"), NOW.plusMillis(1), "bob");
    List<Deleted<KeyRow>> deleted = store.deleted(_ -> true);
    assertThat(deleted).extracting(gone -> gone.row().key()).containsExactly(bare, full);
    assertThat(deleted).extracting(Deleted::at).containsExactly(NOW.plusMillis(1), NOW);
    assertThat(deleted).extracting(Deleted::by).containsExactly("bob", "ann");
    assertThat(store.deleted(row -> row.hash().equals("aa")))
        .extracting(gone -> gone.row().key())
        .containsExactly(full);
  }

  @Test
  void aKeyThatWasDeletedAYearAgoIsForgotten() {
    KeyStore store = store();
    for (String hash : List.of("aa", "bb", "cc")) {
      store.insert(key(hash, VirtualKey.Terms.OPEN));
    }
    store.delete(List.of("aa"), NOW, "ann");
    store.delete(List.of("bb"), NOW.plus(Duration.ofDays(365)), "ann");
    assertThat(store.deleted(_ -> true)).hasSize(2);
    store.delete(List.of("cc"), NOW.plus(Duration.ofDays(365)).plusMillis(1), "ann");
    assertThat(store.deleted(_ -> true))
        .extracting(gone -> gone.row().hash())
        .containsExactly("cc", "bb");
  }

  @Test
  void ofConcurrentWritersOfOneVersionOneWins() throws Exception {
    KeyStore store = store();
    VirtualKey first = key("aa", VirtualKey.Terms.OPEN);
    store.insert(first);
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String by = "writer" + i;
      tasks.add(
          () -> store.replace(first.changed(VirtualKey.Terms.OPEN, NOW, by), first.version()));
    }
    assertThat(together(tasks)).containsOnlyOnce(true);
  }

  @Test
  void ofConcurrentInsertsOfOneAliasOneWins() throws Exception {
    KeyStore store = store();
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String hash = "hash" + i;
      tasks.add(
          () -> {
            try {
              store.insert(key(hash, terms().alias("same").build()));
              return true;
            } catch (TakenException _) {
              return false;
            }
          });
    }
    assertThat(together(tasks)).containsOnlyOnce(true);
    assertThat(all(store)).hasSize(1);
  }

  private static List<Boolean> together(List<Callable<Boolean>> tasks)
      throws InterruptedException, ExecutionException {
    List<Boolean> results = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : executor.invokeAll(tasks)) {
        results.add(each.get());
      }
    }
    return results;
  }
}
