package dev.tollgate.ledger;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** LiteLLM's words for a budget that is used up. Pure. */
final class BudgetRefusal {
  private BudgetRefusal() {}

  /** When to try again if only calls in flight or other nodes stand in the way. */
  private static final Duration HELD_RETRY = Duration.ofSeconds(1);

  /** When to look again for a budget that nothing but its operator renews. */
  private static final Duration NEVER_RETRY = Duration.ofDays(1);

  /** Why a call that draws on this is refused. */
  static Failure of(Share share, int status, Instant now) {
    Account account = share.account();
    Money limit = share.scope().budgetMax();
    Money limitOrZero = limit == null ? Money.ZERO : limit;
    Money settled = Money.ofNanos(account.settledNanos());
    boolean spent = settled.compareTo(limitOrZero) >= 0;
    boolean onlyHeld = !spent && (account.heldNanos() != 0 || !account.isWhole());
    Money shown = spent ? settled : settled.plus(Money.ofNanos(account.heldNanos()));
    String message = message(share.scope(), shown, limitOrZero);
    Scope.Kind kind = share.scope().kind();
    if (kind == Scope.Kind.DEPLOYMENT || kind == Scope.Kind.PROVIDER) {
      // Another deployment may have money.
      SpendStore.Window window = account.window();
      Duration wait =
          onlyHeld
              ? HELD_RETRY
              : window == null ? NEVER_RETRY : Duration.between(now, window.end());
      return new Failure.RateLimited(message, "budget", wait, now.plus(wait));
    }
    return new Failure.BudgetExceeded(message, status, onlyHeld ? HELD_RETRY : null);
  }

  private static String message(Scope scope, Money spent, Money limit) {
    String label = scope.label();
    return switch (scope.kind()) {
      case KEY -> exceeded("Key=key (" + label + ") ", spent, limit);
      case TEAM -> exceeded("Team=" + label + " ", spent, limit);
      case TEAM_MEMBER -> exceeded(label + " ", spent, limit);
      case ORGANIZATION, ORGANIZATION_MODEL ->
          exceeded("Organization=" + label + " ", spent, limit);
      case TAG, KEY_TAG -> exceeded("Tag=" + label + " ", spent, limit);
      case PROXY -> exceeded("", spent, limit);
      case USER, USER_MODEL -> over("User=" + label, spent, limit);
      case END_USER, END_USER_MODEL -> over("End User=" + label, spent, limit);
      case KEY_WINDOW, TEAM_WINDOW, USER_WINDOW ->
          "ExceededBudget: "
              + label
              + ". Spend=$"
              + spent.dollars().setScale(4, RoundingMode.HALF_UP)
              + ", Limit=$"
              + limit.dollars().setScale(2, RoundingMode.HALF_UP);
      case KEY_MODEL -> exceeded("Key=key (" + label + ") ", spent, limit);
      case TEAM_MODEL -> exceeded("Team=" + label + " ", spent, limit);
      case DEPLOYMENT -> crossed("deployment " + label, spent, limit);
      case PROVIDER -> crossed("provider " + label, spent, limit);
    };
  }

  private static String exceeded(String whose, Money spent, Money limit) {
    return "Budget has been exceeded! "
        + whose
        + "Current cost: "
        + PythonFloat.text(spent)
        + ", Max budget: "
        + PythonFloat.text(limit);
  }

  private static String crossed(String what, Money spent, Money limit) {
    return "No deployments available - crossed budget: Exceeded budget for "
        + what
        + ": "
        + PythonFloat.text(spent)
        + " >= "
        + PythonFloat.text(limit);
  }

  private static String over(String whose, Money spent, Money limit) {
    return "ExceededBudget: "
        + whose
        + " over budget. Spend="
        + PythonFloat.text(spent)
        + ", Budget="
        + PythonFloat.text(limit);
  }
}
