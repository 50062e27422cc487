package dev.tollgate.ledger;

import java.util.Arrays;
import java.util.Comparator;

/** The accounts that one call draws on. */
final class Shares {
  private static final Comparator<Share> LOCKING =
      Comparator.comparingLong(share -> share.account().ordinal);

  private final Share[] shares;

  /** The same, as they are locked. */
  private final Share[] locking;

  /** Takes the array for its own. */
  Shares(Share... shares) {
    this.shares = shares;
    this.locking = shares.length > 1 ? shares.clone() : shares;
    if (shares.length > 1) {
      Arrays.sort(locking, LOCKING);
    }
  }

  /** In the order of the checks. */
  Share[] all() {
    return shares;
  }

  void lock() {
    for (Share share : locking) {
      share.account().lock.lock();
    }
  }

  void unlock() {
    for (Share share : locking) {
      share.account().lock.unlock();
    }
  }

  void hold(long nanos) {
    for (Share share : shares) {
      share.account().hold(nanos);
    }
  }
}
