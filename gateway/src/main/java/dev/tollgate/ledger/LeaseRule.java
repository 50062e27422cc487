package dev.tollgate.ledger;

/**
 * How much a node gets. Pure; the store calls it under the lock of the scope's balance.
 *
 * @param settled what is settled on record
 * @param own the node's lease on record; less than 0 if it has spent more than it was granted
 * @param others leases of all other nodes
 * @param othersWhole another node was told that it has all that is left
 * @param othersAlive another node is alive and may come for its share
 */
public record LeaseRule(
    long settled, long own, long others, boolean othersWhole, boolean othersAlive) {
  /**
   * The new lease. A node alone gets all the room; beside others it gets half of it, or what it
   * needs if that is more. A lease that the limit does not cover any more is cut.
   */
  public LeaseStore.Grant grant(long limit, long needed) {
    long most = Math.max(0, limit - settled - others);
    // What was overspent is in the sum of what is settled, so that a lease below 0 hides nothing.
    long base = Math.min(Math.max(0, own), most);
    long room = most - base;
    long more = othersAlive ? Math.min(room, Math.max(needed, room / 2)) : room;
    boolean whole = others == 0 && !othersWhole && more == room;
    return new LeaseStore.Grant(base + more, settled, whole, othersAlive);
  }
}
