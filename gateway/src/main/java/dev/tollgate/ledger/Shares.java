package dev.tollgate.ledger;

import java.util.Arrays;
import java.util.Comparator;

/** The accounts that one call draws on, in the order in which they are locked. */
final class Shares {
  private final Share[] shares;

  /** Takes the array for its own. */
  Shares(Share... shares) {
    this.shares = shares;
    if (shares.length > 1) {
      Arrays.sort(shares, Comparator.comparingLong(share -> share.account().ordinal));
    }
  }

  Share[] all() {
    return shares;
  }

  void lock() {
    for (Share share : shares) {
      share.account().lock.lock();
    }
  }

  void unlock() {
    for (Share share : shares) {
      share.account().lock.unlock();
    }
  }

  void hold(long nanos) {
    for (Share share : shares) {
      share.account().hold(nanos);
    }
  }
}
