package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

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

  /** The accounts of the caller alone, without those of a deployment and its provider. */
  Shares ofCaller() {
    return new Shares(
        Arrays.stream(shares)
            .filter(
                share ->
                    share.scope().kind() != Scope.Kind.DEPLOYMENT
                        && share.scope().kind() != Scope.Kind.PROVIDER)
            .toArray(Share[]::new));
  }

  Shares and(Shares others) {
    Share[] all = Arrays.copyOf(shares, shares.length + others.shares.length);
    System.arraycopy(others.shares, 0, all, shares.length, others.shares.length);
    return new Shares(all);
  }

  /** The first strict budget that has no room for so much, null if all have. */
  @Nullable Share tight(long nanos) {
    for (Share share : shares) {
      Money limit = share.scope().budgetMax();
      if (limit != null && share.scope().strict() && share.account().left(limit.nanos()) < nanos) {
        return share;
      }
    }
    return null;
  }

  /** The first budget that refuses because nothing of it is left, null if none does. */
  @Nullable Share spent() {
    for (Share share : shares) {
      Money limit = share.scope().budgetMax();
      Account account = share.account();
      if (limit != null
          && share.scope().blocks()
          && account.settledNanos() + account.heldNanos() >= limit.nanos()) {
        return share;
      }
    }
    return null;
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
