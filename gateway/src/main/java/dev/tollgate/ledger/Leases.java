package dev.tollgate.ledger;

import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gets this node its leases, and gives them back. Calls and other nodes may ask from any thread;
 * the rest is the work of the writer's thread, which so is the only one of this node that changes
 * its leases on record, and knows them unless an answer of the store was lost.
 */
final class Leases {
  /** Calls rely on leases for so long after the store was last met: less than they live. */
  static final Duration USABLE = Duration.ofMinutes(10);

  static final Duration BEAT = Duration.ofSeconds(10);

  /** After a refusal the store is not asked again for so long, unless something was given back. */
  private static final long DENIED_NANOS = Duration.ofMillis(250).toNanos();

  private static final int MESSAGES_MAX = 4096;

  private static final Comparator<Account> ORDER =
      Comparator.comparing((Account account) -> account.kind.word())
          .thenComparing(account -> account.id);

  private final long node;
  private final LeaseStore store;
  private final Accounts accounts;
  private final InstantSource clock;

  /** Bounded by the calls that are served at a time. */
  private final Queue<Waiting> asked = new ConcurrentLinkedQueue<>();

  private final Queue<Message> messages = new ArrayBlockingQueue<>(MESSAGES_MAX);
  private final List<Waiting> parked = new ArrayList<>();
  private final Map<Account, Denial> denied = new HashMap<>();
  private boolean joined;
  private long seenAt;
  private volatile long usableUntil = Long.MIN_VALUE;

  /** The store had no money for an account; {@code others} may give some back. */
  private record Denial(long untilNanos, boolean others) {}

  /** What other nodes say. */
  private sealed interface Message {
    /**
     * Somebody needs so much more.
     *
     * @param unwritten whether some of the lease was spent but not on record: once it is, the other
     *     may learn that there is nothing left
     */
    record Demand(Scope.Kind kind, String id, long nanos, boolean unwritten) implements Message {}

    /** Others may have changed anything. */
    record Missed() implements Message {}

    /** There is room again. */
    record Freed(Scope.Kind kind, String id) implements Message {}
  }

  Leases(long node, LeaseStore store, Accounts accounts, InstantSource clock) {
    this.node = node;
    this.store = store;
    this.accounts = accounts;
    this.clock = clock;
  }

  /** Whether calls may rely on leases at this moment. */
  boolean isUsable(Instant now) {
    return now.toEpochMilli() < usableUntil;
  }

  void ask(Waiting waiting) {
    asked.add(waiting);
  }

  /** Another node needs money; one that is not heard asks again. */
  void demanded(Scope.Kind kind, String id, long nanos) {
    accounts.ifKnown(
        kind,
        id,
        account ->
            messages.offer(new Message.Demand(kind, id, nanos, account.unwrittenNanos() != 0)));
  }

  /** Another node gave money back. */
  void freed(Scope.Kind kind, String id) {
    messages.offer(new Message.Freed(kind, id));
  }

  /**
   * Notices of other nodes were missed. The leases are confirmed once the store answers: until then
   * they are good for what they were.
   */
  void missed() {
    messages.offer(new Message.Missed());
  }

  /** The store did not answer: nobody waits for it, and what is on record has to be read anew. */
  void uncertain() {
    joined = false;
    parked.forEach(Waiting::giveUp);
    parked.clear();
    for (Waiting one = asked.poll(); one != null; one = asked.poll()) {
      one.giveUp();
    }
  }

  /** Shows the others that this node is alive, and makes sure of its leases. */
  void keepUp() {
    Instant now = clock.instant();
    if (joined && now.toEpochMilli() - seenAt < BEAT.toMillis()) {
      return;
    }
    if (!joined || !store.seen(node, now)) {
      accounts.found(store.join(node, now));
      joined = true;
    }
    seenAt = now.toEpochMilli();
    usableUntil = seenAt + USABLE.toMillis();
  }

  /**
   * Answers those who have asked.
   *
   * @param checkpoint what the record has of the journal
   */
  void serve(long checkpoint) {
    List<LeaseStore.Lease> spared = new ArrayList<>();
    for (Message message = messages.poll(); message != null; message = messages.poll()) {
      switch (message) {
        case Message.Demand demand -> spare(demand, spared);
        case Message.Freed freed -> retry(freed);
        case Message.Missed _ -> accounts.outdated();
      }
    }
    if (!spared.isEmpty()) {
      store.giveBack(node, spared);
    }
    parked.removeIf(Waiting::isOver);
    long now = System.nanoTime();
    denied.values().removeIf(denial -> denial.untilNanos() - now <= 0);
    List<Waiting> served = new ArrayList<>();
    for (Waiting one = asked.poll(); one != null; one = asked.poll()) {
      if (!wasDenied(one)) {
        served.add(one);
      }
    }
    if (!served.isEmpty()) {
      grant(served, checkpoint);
    }
  }

  /** Whether a call wants what was denied a moment ago; it then waits for what comes back. */
  private boolean wasDenied(Waiting one) {
    for (Waiting.Need need : one.needs()) {
      Denial denial = denied.get(need.account());
      if (denial != null) {
        if (denial.others()) {
          parked.add(one);
        } else {
          one.giveUp();
        }
        return true;
      }
    }
    return one.isOver();
  }

  private void spare(Message.Demand demand, List<LeaseStore.Lease> spared) {
    accounts.ifKnown(
        demand.kind(),
        demand.id(),
        account -> {
          boolean whole = account.isWhole();
          long nanos = account.spare(demand.nanos());
          if (whole || nanos > 0 || demand.unwritten()) {
            spared.add(new LeaseStore.Lease(demand.kind(), demand.id(), nanos));
          }
        });
  }

  private void retry(Message.Freed freed) {
    denied.keySet().removeIf(it -> it.kind == freed.kind() && it.id.equals(freed.id()));
    asked.addAll(parked);
    parked.clear();
  }

  private void grant(List<Waiting> served, long checkpoint) {
    Map<Account, LeaseStore.Wish> wishes = wishes(served);
    parked.addAll(served); // in case that the store does not answer
    List<LeaseStore.Grant> grants =
        store.grant(node, clock.instant(), List.copyOf(wishes.values()));
    parked.subList(parked.size() - served.size(), parked.size()).clear();
    Map<Account, LeaseStore.Grant> granted = new HashMap<>();
    int next = 0;
    for (Map.Entry<Account, LeaseStore.Wish> wish : wishes.entrySet()) {
      LeaseStore.Grant grant = grants.get(next++);
      granted.put(wish.getKey(), grant);
      long limit = wish.getValue().limit();
      Accounts.locked(wish.getKey(), account -> account.granted(grant, limit, checkpoint));
    }
    served.forEach(one -> answer(one, granted));
  }

  /** What all of them want of each account, in the order in which all nodes lock them. */
  private static Map<Account, LeaseStore.Wish> wishes(List<Waiting> served) {
    Map<Account, Long> wanted = new HashMap<>();
    Map<Account, Long> limits = new HashMap<>();
    for (Waiting one : served) {
      for (Waiting.Need need : one.needs()) {
        wanted.merge(need.account(), need.nanos(), Leases::sum);
        limits.put(need.account(), need.limit());
      }
    }
    Map<Account, LeaseStore.Wish> wishes = new LinkedHashMap<>();
    wanted.keySet().stream()
        .sorted(ORDER)
        .forEach(
            account -> {
              long limit = limits.getOrDefault(account, 0L);
              long more = Math.max(0, wanted.getOrDefault(account, 0L) - left(account, limit));
              wishes.put(account, new LeaseStore.Wish(account.kind, account.id, limit, more));
            });
    return wishes;
  }

  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE / 4 - other ? Long.MAX_VALUE / 4 : one + other;
  }

  private static long left(Account account, long limit) {
    account.lock.lock();
    try {
      return account.left(limit);
    } finally {
      account.lock.unlock();
    }
  }

  private void answer(Waiting one, Map<Account, LeaseStore.Grant> granted) {
    boolean missing = false;
    boolean others = false;
    for (Waiting.Need need : one.needs()) {
      Account account = need.account();
      LeaseStore.Grant grant = granted.get(account);
      if (grant != null && !grant.whole() && left(account, need.limit()) < need.nanos()) {
        denied.put(account, new Denial(System.nanoTime() + DENIED_NANOS, grant.others()));
        missing = true;
        others |= grant.others();
      }
    }
    if (!missing) {
      one.answer();
    } else if (others) {
      parked.add(one);
    } else {
      one.giveUp();
    }
  }

  /** Gives back all that there is; nothing may be unwritten, and no call be under way. */
  void leave() {
    store.leave(node);
  }
}
