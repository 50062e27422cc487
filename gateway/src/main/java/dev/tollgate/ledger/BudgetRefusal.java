package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.math.RoundingMode;

/** LiteLLM's words for a budget that is used up. Pure. */
final class BudgetRefusal {
  private BudgetRefusal() {}

  static String message(Scope scope, Money spent, Money limit) {
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
      case DEPLOYMENT -> exceeded("Deployment=" + label + " ", spent, limit);
      case PROVIDER -> exceeded("Provider=" + label + " ", spent, limit);
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

  private static String over(String whose, Money spent, Money limit) {
    return "ExceededBudget: "
        + whose
        + " over budget. Spend="
        + PythonFloat.text(spent)
        + ", Budget="
        + PythonFloat.text(limit);
  }
}
