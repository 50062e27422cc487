package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be done while the keys are still being read. */
class KeysAtStartTest {
  private static final Secret MASTER = Secret.of("sk-master-0123456789");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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

  private static void waits(Thread thread) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).as("did not wait").isTrue();
      assertThat(System.nanoTime()).as("does not wait").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void anUnknownKeyIsRefusedOnlyWhenAllAreRead() throws Exception {
    Secret unknown = Secret.of("sk-unknown-0123456789");
    Thread looking = Thread.ofPlatform().start(() -> access.lookUp(unknown));
    waits(looking);
    access.readKeys();
    assertThat(looking.join(PATIENCE)).isTrue();
    assertThat(access.isKnown(unknown)).isTrue();
    assertThatThrownBy(() -> access.identify(unknown)).isInstanceOf(FailureException.class);
  }

  /** Else the reader, which has read the key as it was, would bring it back. */
  @Test
  void aKeyIsDeletedOnlyWhenAllAreRead() throws Exception {
    String hash = Keys.hashOf(secret.reveal());
    Thread deleting = Thread.ofPlatform().start(() -> access.keys().delete(List.of(hash), "admin"));
    Thread listing = Thread.ofPlatform().start(() -> access.keys().list(_ -> true));
    waits(deleting);
    waits(listing);
    assertThat(store.find(hash)).isPresent();
    access.readKeys();
    assertThat(deleting.join(PATIENCE)).isTrue();
    assertThat(listing.join(PATIENCE)).isTrue();
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
