package dev.tollgate.ledger;

import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Who may spend how much of what is left of each budget. A node is known by the id of its journal.
 * At any time, for each scope: settled on record + what is leased to all nodes &le; limit.
 */
public interface LeaseStore {
  /** A node that was seen this lately is alive, and leaves the others a share. */
  Duration ALIVE = Duration.ofSeconds(30);

  /** The leases of a node that was not seen for so long are void. */
  Duration LIFETIME = Duration.ofMinutes(15);

  /**
   * Lets a node take part, and voids the leases of those that are dead.
   *
   * @return its leases from before, if it was seen within {@link #LIFETIME}
   */
  List<Lease> join(long node, Instant now);

  /**
   * Says that a node is alive.
   *
   * @return false if it is none any more: it has to join anew
   */
  boolean seen(long node, Instant now);

  /** Grants what there is, in one transaction; in the order of the wishes. */
  List<Grant> grant(long node, Instant now, List<Wish> wishes);

  /** Takes back what a node does not need; each scope once. */
  void giveBack(long node, List<Lease> returned);

  /** Takes back all that a node has, and forgets it. */
  void leave(long node);

  /** Money of a scope that only one node may spend, in nano-dollars; less than 0 if overspent. */
  record Lease(Scope.Kind kind, String id, long nanos) {}

  /**
   * A node's wish for more.
   *
   * @param limit the budget as the node knows it
   * @param nanos how much more it could use at once
   */
  record Wish(Scope.Kind kind, String id, long limit, long nanos) {}

  /**
   * The answer to a wish.
   *
   * @param leased the node's whole lease now, as on record
   * @param settled what is settled on record
   * @param whole all that is left of the budget is in this lease, and no other node has any
   * @param others whether another node is alive that could give some back
   */
  record Grant(long leased, long settled, boolean whole, boolean others) {}
}
