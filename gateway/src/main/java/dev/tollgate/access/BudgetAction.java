package dev.tollgate.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the operator wants to happen when a budget is spent: {@code budget_action}. */
public enum BudgetAction {
  /** Calls are refused. */
  BLOCK,
  /** Calls are served at a share of their rates; where there is nothing to slow, refused. */
  THROTTLE,
  /** Calls are served, and the spending is told. */
  ALERT;

  /** The words of the setting. */
  public static List<String> words() {
    return Stream.of(values()).map(BudgetAction::word).toList();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a word of the setting. */
  public static Optional<BudgetAction> of(String word) {
    return Stream.of(values()).filter(action -> action.word().equals(word)).findFirst();
  }
}
