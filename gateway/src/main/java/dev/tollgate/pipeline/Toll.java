package dev.tollgate.pipeline;

import dev.tollgate.ledger.Hold;
import dev.tollgate.limits.Limits;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each attempt takes of the deployment that it goes to: of its rates, and of its budget and
 * its provider's. Lives on the call's event loop.
 */
final class Toll {
  private final Limits limits;
  private final Hold hold;
  private final Ending ending;
  private final long tokens;
  private boolean paid;

  /**
   * @param hold on the budgets of the caller and of the first deployment
   * @param tokens what the call is expected to use
   */
  Toll(Limits limits, Hold hold, Ending ending, long tokens) {
    this.limits = limits;
    this.hold = hold;
    this.ending = ending;
    this.tokens = tokens;
  }

  /**
   * Takes it, and gives back what the attempt before had.
   *
   * @throws FailureException if the deployment has no room, or a strict budget none for its prices,
   *     or it has none that it must have
   */
  void pay(Deployment deployment, Tariff tariff) {
    List<Scope> scopes = deployment.limits().scopes();
    if (paid) {
      hold.move(scopes, tariff.expected(deployment));
    }
    paid = true;
    ending.attempts(scopes.isEmpty() ? null : limits.attempt(scopes, tokens));
  }

  /** What is held for the call. */
  Hold hold() {
    return hold;
  }

  /** See {@link Hold#outputTokens}. */
  long outputTokens() {
    return hold.outputTokens();
  }

  /** See {@link Hold#outputCap}. */
  @Nullable Long outputCap() {
    return hold.outputCap();
  }
}
