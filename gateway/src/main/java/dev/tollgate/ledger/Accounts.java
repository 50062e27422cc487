package dev.tollgate.ledger;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The accounts of all scopes that ever spent. Their number is bounded by the keys and tenants that
 * administrators made, and for end users, whom any caller names, by {@link #STRANGERS_MAX}: beyond
 * it those without a budget have no account. Thread-safe.
 */
final class Accounts {
  /** About 30 MB of accounts. */
  private static final int STRANGERS_MAX = 200_000;

  private final JournalEnd journal;
  private final Windows windows;
  private final Map<Scope.Kind, Map<String, Account>> byKind = new EnumMap<>(Scope.Kind.class);
  private volatile boolean loaded;

  Accounts(JournalEnd journal, Windows windows) {
    this.journal = journal;
    this.windows = windows;
    for (Scope.Kind kind : Scope.Kind.values()) {
      byKind.put(kind, new ConcurrentHashMap<>());
    }
  }

  boolean isLoaded() {
    return loaded;
  }

  Account account(Scope.Kind kind, String id) {
    Map<String, Account> accounts = byKind.get(kind);
    if (accounts == null) {
      throw new IllegalStateException("no accounts of kind " + kind);
    }
    Account account = accounts.get(id);
    return account == null
        ? accounts.computeIfAbsent(id, name -> new Account(kind, name))
        : account;
  }

  Shares of(List<Scope> scopes) {
    Share[] shares = new Share[scopes.size()];
    int count = 0;
    for (int i = 0; i < shares.length; i++) {
      Scope scope = scopes.get(i);
      if (scope.kind() != Scope.Kind.END_USER || hasRoom(scope)) {
        shares[count++] = new Share(scope, account(scope.kind(), scope.id()));
      }
    }
    return new Shares(count == shares.length ? shares : Arrays.copyOf(shares, count));
  }

  private boolean hasRoom(Scope endUser) {
    Map<String, Account> accounts = byKind.get(Scope.Kind.END_USER);
    return endUser.budgetMax() != null
        || accounts == null
        || accounts.size() < STRANGERS_MAX
        || accounts.containsKey(endUser.id());
  }

  /**
   * Starts the window that runs at {@code now}; to be called under the account's lock. Where the
   * journal has no room for it, the window ends a little later.
   */
  void roll(Share share, Instant now) {
    if (!loaded) {
      return;
    }
    Account account = share.account();
    SpendStore.Step due = account.due(share.scope(), now, windows);
    if (due != null && journal.reserve()) {
      account.take(due, journal.appendReserved(Entries.step(account.kind, account.id, due)));
    }
  }

  /** Whether nothing of a budget is left that is neither spent nor held. */
  boolean isSpent(Scope scope, Instant now) {
    Money limit = scope.budgetMax();
    if (limit == null) {
      return false;
    }
    Share share = new Share(scope, account(scope.kind(), scope.id()));
    Account account = share.account();
    account.lock.lock();
    try {
      roll(share, now);
      return account.settledNanos() + account.heldNanos() >= limit.nanos();
    } finally {
      account.lock.unlock();
    }
  }

  void setSpent(Scope.Kind kind, String id, Money spent) {
    Account account = account(kind, id);
    account.lock.lock();
    try {
      if (!loaded || !journal.reserve()) {
        throw new FailureException(
            new Failure.Overloaded(
                "The spend cannot be set at the moment; the gateway waits for its database.",
                Duration.ofSeconds(1)));
      }
      SpendStore.Step put = new SpendStore.Step.Put(spent);
      account.take(put, journal.appendReserved(Entries.step(kind, id, put)));
    } finally {
      account.lock.unlock();
    }
  }

  Ledger.Balance balance(Scope.Kind kind, String id) {
    Map<String, Account> accounts = byKind.get(kind);
    Account account = accounts == null ? null : accounts.get(id);
    if (account == null) {
      return new Ledger.Balance(Money.ZERO, Money.ZERO, null);
    }
    account.lock.lock();
    try {
      SpendStore.Window window = account.window();
      return new Ledger.Balance(
          Money.ofNanos(account.settledNanos()),
          Money.ofNanos(account.heldNanos()),
          window == null ? null : window.end());
    } finally {
      account.lock.unlock();
    }
  }

  /** Ids of those of a kind that ever spent. */
  Set<String> ids(Scope.Kind kind) {
    Map<String, Account> accounts = byKind.get(kind);
    return accounts == null ? Set.of() : Set.copyOf(accounts.keySet());
  }

  /** Money held on all accounts of a kind. */
  Money held(Scope.Kind kind) {
    long sum = 0;
    Map<String, Account> accounts = byKind.get(kind);
    if (accounts != null) {
      for (Account account : accounts.values()) {
        account.lock.lock();
        try {
          sum = Math.addExact(sum, account.heldNanos());
        } finally {
          account.lock.unlock();
        }
      }
    }
    return Money.ofNanos(sum);
  }

  /**
   * Takes over what the store says, and what the journal's tail does to it. What calls have spent
   * since the start is on top of it already known, and stays.
   */
  void load(List<SpendStore.Balance> balances, Tail tail) {
    for (SpendStore.Balance balance : balances) {
      locked(balance.kind(), balance.id(), account -> account.recall(balance));
    }
    for (Account earlier : tail.accounts()) {
      boolean windowed = tail.isWindowed(earlier);
      locked(earlier.kind, earlier.id, account -> account.resume(earlier, windowed));
    }
    loaded = true;
  }

  /** Accounts are now as these leases on record say, all others have none. */
  void found(List<LeaseStore.Lease> leases) {
    Map<Account, Long> found = new HashMap<>();
    leases.forEach(lease -> found.put(account(lease.kind(), lease.id()), lease.nanos()));
    for (Map<String, Account> accounts : byKind.values()) {
      for (Account account : accounts.values()) {
        locked(account, it -> it.found(found.get(it)));
      }
    }
  }

  /** The leases have to be confirmed before they are used. */
  void outdated() {
    byKind.values().forEach(all -> all.values().forEach(it -> locked(it, Account::outdated)));
  }

  void written(List<SpendStore.Change> changes, long to) {
    for (SpendStore.Change change : changes) {
      locked(change.kind(), change.id(), account -> account.written(change, to));
    }
  }

  /** Does something with an account if there is one. */
  void ifKnown(Scope.Kind kind, String id, Consumer<Account> work) {
    Map<String, Account> accounts = byKind.get(kind);
    Account account = accounts == null ? null : accounts.get(id);
    if (account != null) {
      locked(account, work);
    }
  }

  private void locked(Scope.Kind kind, String id, Consumer<Account> work) {
    locked(account(kind, id), work);
  }

  static void locked(Account account, Consumer<Account> work) {
    account.lock.lock();
    try {
      work.accept(account);
    } finally {
      account.lock.unlock();
    }
  }
}
