/**
 * What calls cost: prices, budgets, {@code Hold} to settle or void, the journal, the spend rows.
 *
 * <p>May use model. The request path ({@code Ledger.hold}, {@code Hold.close}) is in memory and
 * makes no system call; the store is behind {@code SpendStore} and is only met by the writer's own
 * thread.
 */
@NullMarked
package dev.tollgate.ledger;

import org.jspecify.annotations.NullMarked;
