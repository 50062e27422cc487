package dev.tollgate.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What stands in a journal, as accounts that it is played into. For one thread. */
final class Tail {
  private final Map<Entries.Charged, Account> accounts = new HashMap<>();
  private final Set<Account> windowed = new HashSet<>();

  /** What an earlier run left: records from a sequence on, up to the start of this run. */
  static Tail of(Journal journal, long from) {
    Tail tail = new Tail();
    JournalCursor reading = journal.from(from);
    for (byte[] bytes = reading.read();
        bytes != null && reading.sequence() < journal.openedAt();
        bytes = reading.read()) {
      tail.play(Entries.read(bytes, journal.id(), reading.sequence()), reading.sequence());
    }
    return tail;
  }

  void play(Entries.Entry entry, long sequence) {
    switch (entry) {
      case Entries.Entry.Call call -> {
        for (Entries.Charge charge : call.charges()) {
          account(charge.scope()).settle(call.row().spend().nanos());
        }
      }
      case Entries.Entry.Changed changed -> {
        Account account = account(changed.scope());
        account.take(changed.step(), sequence);
        if (!(changed.step() instanceof SpendStore.Step.Put)) {
          windowed.add(account);
        }
      }
    }
  }

  private Account account(Entries.Charged scope) {
    return accounts.computeIfAbsent(scope, name -> new Account(name.kind(), name.id()));
  }

  Collection<Account> accounts() {
    return accounts.values();
  }

  boolean isWindowed(Account account) {
    return windowed.contains(account);
  }
}
