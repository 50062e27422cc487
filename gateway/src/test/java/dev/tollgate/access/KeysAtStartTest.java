package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What may be done while the keys are still being read. */
class KeysAtStartTest {
  private static final Secret MASTER = Secret.of("sk-master-0123456789");

  private final MemoryKeyStore store = new MemoryKeyStore();
  private final MemoryTenantStore tenants = new MemoryTenantStore(store);
  private final Secret secret = made();
  private final Access access = access();

  private Access access() {
    return new Access(MASTER, store, tenants, InstantSource.system(), AccessSettings.DEFAULT);
  }

  private Secret made() {
    Access before = access();
    before.readKeys();
    Secret made = before.keys().newSecret();
    before.keys().generate(made, terms().alias("early").build(), "admin");
    return made;
  }

  @Test
  void aKeyIsUsedBeforeAllAreRead() {
    assertThat(access.isKnown(secret)).isFalse();
    assertThatThrownBy(() -> access.identify(secret)).isInstanceOf(FailureException.class);
    access.lookUp(secret);
    assertThat(access.isKnown(secret)).isTrue();
    assertThat(access.identify(secret).keyHash()).isEqualTo(Keys.hashOf(secret.reveal()));
  }

  @Test
  void whatNeedsNoKeyIsKnownAtOnce() {
    assertThat(access.isKnown(MASTER)).isTrue();
    assertThat(access.isKnown(null)).isTrue();
    assertThat(access.isKnown(Secret.of("no key at all"))).isTrue();
  }

  @Test
  void anUnknownKeyIsRefusedOnlyWhenAllAreRead() throws Exception {
    Secret unknown = Secret.of("sk-unknown-0123456789");
    CompletableFuture<Void> looked = CompletableFuture.runAsync(() -> access.lookUp(unknown));
    Thread.sleep(50);
    assertThat(looked).isNotDone();
    access.readKeys();
    looked.get(10, TimeUnit.SECONDS);
    assertThat(access.isKnown(unknown)).isTrue();
    assertThatThrownBy(() -> access.identify(unknown)).isInstanceOf(FailureException.class);
  }

  /** Else the reader, which has read the key as it was, would bring it back. */
  @Test
  void aKeyIsDeletedOnlyWhenAllAreRead() throws Exception {
    String hash = Keys.hashOf(secret.reveal());
    CompletableFuture<Object> deleted =
        CompletableFuture.supplyAsync(() -> access.keys().delete(List.of(hash), "admin"));
    CompletableFuture<Object> listed =
        CompletableFuture.supplyAsync(() -> access.keys().list(_ -> true));
    Thread.sleep(50);
    assertThat(deleted).isNotDone();
    assertThat(listed).isNotDone();
    assertThat(store.find(hash)).isPresent();
    access.readKeys();
    deleted.get(10, TimeUnit.SECONDS);
    listed.get(10, TimeUnit.SECONDS);
    assertThat(access.keys().list(_ -> true)).isEmpty();
    assertThatThrownBy(() -> access.identify(secret)).isInstanceOf(FailureException.class);
  }

  /** A node that starts reads what another one has deleted since, and is told of it meanwhile. */
  @Test
  void whatAnotherNodeDeletesIsNotReadBack() {
    String hash = Keys.hashOf(secret.reveal());
    access.lookUp(secret);
    MemoryKeyStore shared = store;
    KeyRow old = KeyRow.of(shared.find(hash).orElseThrow());
    store.beforeEach(
        taker -> {
          shared.delete(List.of(hash), Instant.EPOCH, "other");
          access.keys().refresh(hash);
          assertThatThrownBy(() -> access.identify(secret)).isInstanceOf(FailureException.class);
          taker.accept(List.of(old)); // out of a snapshot from before
        });
    access.readKeys();
    assertThatThrownBy(() -> access.identify(secret)).isInstanceOf(FailureException.class);
    assertThat(access.keys().list(_ -> true)).isEmpty();
  }
}
