package dev.tollgate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import dev.tollgate.access.TenantStore.Batch;
import dev.tollgate.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link TenantStore} has to do. */
public abstract class TenantStoreContract {
  private static final Instant NOW = Instant.parse("2026-11-22T12:11:32.644Z");

  /** A store without tenants. */
  protected abstract TenantStore store();

  /** The keys that it writes. */
  protected abstract KeyStore keys();

  private static Tenant tenant(Kind kind, String id, Tenant.Terms terms) {
    return new Tenant(new Ref(kind, id), 7L << 32, terms, NOW, "admin", NOW, "admin");
  }

  private static Tenant full() {
    return tenant(
        Kind.TEAM,
        "it's \"ünï\" 🎉",
        new Tenant.Terms(
            "alias",
            "org",
            "member",
            "budget",
            "admin",
            List.of("up", "openai/*"),
            true,
            new Allowance(
                Money.ofNanos(Long.MAX_VALUE),
                "30d",
                Instant.parse("2026-12-01T00:00:00Z"),
                0L,
                Long.MAX_VALUE,
                3L),
            "{\"a\":1.5e-07}",
            "{\"tpd_limit\":5}"));
  }

  private static VirtualKey key(String hash, String alias) {
    VirtualKey.Terms terms = KeyTerms.terms().alias(alias).build();
    return new VirtualKey(hash, "sk-...abcd", 7L << 32, terms, NOW, "a", NOW, "a", null);
  }

  private static Batch made(Tenant... made) {
    return new Batch(List.of(made), List.of(), List.of(), List.of(), List.of(), NOW, "by");
  }

  private static Batch changed(Tenant... changed) {
    return new Batch(List.of(), List.of(changed), List.of(), List.of(), List.of(), NOW, "by");
  }

  private static Batch gone(Instant now, Tenant... gone) {
    return new Batch(List.of(), List.of(), List.of(gone), List.of(), List.of(), now, "ann");
  }

  private List<String> keyHashes() {
    List<String> hashes = new ArrayList<>();
    keys().each(rows -> rows.forEach(key -> hashes.add(key.hash())));
    return hashes;
  }

  @Test
  void whatIsWrittenIsRead() {
    TenantStore store = store();
    Tenant bare = tenant(Kind.TAG, "bare", Tenant.Terms.OPEN);
    store.apply(made(full(), bare));
    assertThat(store.all()).containsExactlyInAnyOrder(full(), bare);
    assertThat(store.find(List.of(bare.ref(), new Ref(Kind.TEAM, "bare")))).containsExactly(bare);
  }

  @Test
  void kindsHaveIdsOfTheirOwn() {
    TenantStore store = store();
    store.apply(made(tenant(Kind.TEAM, "x", Tenant.Terms.OPEN)));
    store.apply(made(tenant(Kind.USER, "x", Tenant.Terms.OPEN)));
    assertThat(store.all()).hasSize(2);
  }

  @Test
  void aChangeReplacesTheVersionBeforeAndNoOther() {
    TenantStore store = store();
    Tenant first = tenant(Kind.TEAM, "t", Tenant.Terms.OPEN);
    store.apply(made(first));
    Tenant second = first.changed(Tenant.Terms.OPEN.withBlocked(true), NOW, "b");
    store.apply(changed(second));
    assertThat(store.all()).containsExactly(second);
    assertThatThrownBy(() -> store.apply(changed(second))).isInstanceOf(StaleException.class);
    Tenant gone = tenant(Kind.TEAM, "nobody", Tenant.Terms.OPEN).changed(full().terms(), NOW, "b");
    assertThatThrownBy(() -> store.apply(changed(gone))).isInstanceOf(StaleException.class);
  }

  @Test
  void aBatchIsWrittenWholeOrNotAtAll() {
    TenantStore store = store();
    Tenant there = tenant(Kind.TEAM, "t", Tenant.Terms.OPEN);
    store.apply(made(there));
    keys().insert(key("aa", "taken"));
    Tenant other = tenant(Kind.USER, "u", Tenant.Terms.OPEN);
    assertThatThrownBy(() -> store.apply(made(other, there))).isInstanceOf(StaleException.class);
    Batch takenKey =
        new Batch(
            List.of(other),
            List.of(),
            List.of(there),
            List.of(key("bb", "free"), key("cc", "taken")),
            List.of(),
            NOW,
            "by");
    assertThatThrownBy(() -> store.apply(takenKey)).isInstanceOf(TakenException.class);
    assertThat(store.all()).containsExactly(there);
    assertThat(keyHashes()).hasSize(1);
  }

  @Test
  void deletedTeamsCanBeLookedAtAsTheyWere() {
    TenantStore store = store();
    Tenant tag = tenant(Kind.TAG, "tag", Tenant.Terms.OPEN);
    store.apply(made(full(), tag));
    assertThat(store.deletedTeams(_ -> true)).isEmpty();
    store.apply(gone(NOW, full(), tag));
    assertThat(store.deletedTeams(_ -> true)).containsExactly(new Deleted<>(full(), NOW, "ann"));
    assertThat(store.deletedTeams(team -> team.id().equals("other"))).isEmpty();
  }

  @Test
  void aTeamThatWasDeletedAYearAgoIsForgotten() {
    TenantStore store = store();
    Tenant tag = tenant(Kind.TAG, "tag", Tenant.Terms.OPEN);
    store.apply(made(full(), tag));
    store.apply(gone(NOW, full()));
    assertThat(store.deletedTeams(_ -> true)).hasSize(1);
    store.apply(gone(NOW.plus(Duration.ofDays(365)).plusMillis(1), tag));
    assertThat(store.deletedTeams(_ -> true)).isEmpty();
  }

  @Test
  void aKeyThatGetsAnotherSecretIsNotDeleted() {
    TenantStore store = store();
    keys().insert(key("aa", "kept"));
    keys().insert(key("bb", "gone"));
    VirtualKey.Terms succeeding =
        key("aa", "kept").terms().succeeding(key("aa", "kept"), null, NOW);
    VirtualKey next =
        new VirtualKey("cc", "sk-...abcd", 8L << 32, succeeding, NOW, "a", NOW, "a", null);
    store.apply(
        new Batch(List.of(), List.of(), List.of(), List.of(next), List.of("aa", "bb"), NOW, "by"));
    assertThat(keyHashes()).containsExactly("cc");
    assertThat(keys().deleted(_ -> true))
        .extracting(gone -> gone.row().hash())
        .containsExactly("bb");
  }

  @Test
  void tenantsGoTogetherWithTheirKeys() {
    TenantStore store = store();
    Tenant team = tenant(Kind.TEAM, "t", Tenant.Terms.OPEN);
    store.apply(
        new Batch(
            List.of(team), List.of(), List.of(), List.of(key("aa", "a")), List.of(), NOW, "by"));
    assertThat(keys().find("aa")).isPresent();
    store.apply(
        new Batch(List.of(), List.of(), List.of(team), List.of(), List.of("aa", "zz"), NOW, "by"));
    assertThat(store.all()).isEmpty();
    assertThat(keyHashes()).isEmpty();
  }
}
