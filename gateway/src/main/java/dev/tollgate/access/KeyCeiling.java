package dev.tollgate.access;

import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import dev.tollgate.model.PassingGrant;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds a key that somebody makes or changes to what another one has: else a key with few rights
 * could give itself more.
 */
public final class KeyCeiling {
  private KeyCeiling() {}

  /**
   * Looks for a field that goes beyond.
   *
   * @param most the key that may not be gone beyond
   * @param before the key before the change, whose unchanged fields may stay as they are; null for
   *     a new one
   * @param made the key as it would be
   * @return LiteLLM's name of the field; empty if none does
   */
  public static Optional<String> exceeded(Terms most, @Nullable Terms before, Terms made) {
    if (changed(before, made, Terms::allowedRoutes)
        && !routes(most.allowedRoutes(), made.allowedRoutes())) {
      return Optional.of("allowed_routes");
    }
    if (changed(before, made, Terms::models) && !models(most.models(), made.models())) {
      return Optional.of("models");
    }
    if (isAbove(most, before, made, Terms::maxBudget)) {
      return Optional.of("max_budget");
    }
    if (most.maxBudget() != null && renewsSooner(most, before, made)) {
      return Optional.of("budget_duration");
    }
    if (isAbove(most, before, made, Terms::requestsPerMinute)) {
      return Optional.of("rpm_limit");
    }
    if (isAbove(most, before, made, Terms::tokensPerMinute)) {
      return Optional.of("tpm_limit");
    }
    if (isAbove(most, before, made, Terms::parallelRequests)) {
      return Optional.of("max_parallel_requests");
    }
    if (isAbove(most, before, made, Terms::expires)) {
      return Optional.of("duration");
    }
    Optional<String> passing = passing(most, before, made);
    if (passing.isPresent()) {
      return passing;
    }
    Optional<String> softened = softened(most, before, made);
    return softened.isPresent()
        ? softened
        : exceeded(fine(most), before == null ? null : fine(before), fine(made));
  }

  /**
   * To a key that is there, a list is more than none: what is given by name may be called where the
   * model cannot be told.
   */
  private static Optional<String> passing(Terms most, @Nullable Terms before, Terms made) {
    PassingGrant bound = PassingRoutes.of(most.metadata(), null);
    PassingGrant after = PassingRoutes.of(made.metadata(), null);
    PassingGrant old = before == null ? null : PassingRoutes.of(before.metadata(), null);
    boolean more =
        bound.ofKey().isEmpty()
            ? before != null && !after.ofKey().isEmpty()
            : after.ofKey().isEmpty() || !PassingGrant.coverAll(bound.ofKey(), after.ofKey());
    if (more && (old == null || !old.ofKey().equals(after.ofKey()))) {
      return Optional.of(PassingGrant.ALLOWED);
    }
    boolean fewer = !PassingGrant.coverAll(after.denied(), bound.denied());
    return fewer && (old == null || !old.denied().equals(after.denied()))
        ? Optional.of(PassingGrant.DENIED)
        : Optional.empty();
  }

  /**
   * Looks for a field by which a limit would be one no longer: a budget beyond which one may spend
   * on, a rate that is kept to only while a model fails.
   *
   * @param most has the limits
   * @param before as with {@link #exceeded(Terms, Terms, Terms)}
   * @return LiteLLM's name of the field; empty if there is none
   */
  public static Optional<String> softened(Terms most, @Nullable Terms before, Terms made) {
    FinePrint bound = fine(most);
    FinePrint after = fine(made);
    if (most.maxBudget() != null && isLooser(bound, before, after)) {
      return Optional.of("budget_action");
    }
    boolean shared = bound.budgetId() != null;
    if ((shared || most.requestsPerMinute() != null)
        && isDynamicNow(bound, before, after, FinePrint::requestsDynamic)) {
      return Optional.of("rpm_limit_type");
    }
    return (shared || most.tokensPerMinute() != null)
            && isDynamicNow(bound, before, after, FinePrint::tokensDynamic)
        ? Optional.of("tpm_limit_type")
        : Optional.empty();
  }

  /** Whether a budget would begin anew more often, or that of a key that is there sooner. */
  private static boolean renewsSooner(Terms most, @Nullable Terms before, Terms made) {
    String duration = made.budgetDuration();
    boolean unchanged =
        before != null
            && !above(before.maxBudget(), made.maxBudget())
            && Objects.equals(before.budgetDuration(), duration)
            && Objects.equals(before.budgetResetAt(), made.budgetResetAt());
    if (unchanged || duration == null) {
      return false;
    }
    String longest = most.budgetDuration();
    Instant running = before == null || before.maxBudget() == null ? null : before.budgetResetAt();
    Instant next = made.budgetResetAt();
    return longest == null
        || (!duration.equals(longest) && end(duration).isBefore(end(longest)))
        || (running != null && next != null && next.isBefore(running));
  }

  /** What cannot be read is a day, as where the window ends. */
  private static Instant end(String duration) {
    return BudgetWindow.parse(duration)
        .filter(window -> window.count() > 0)
        .orElse(new BudgetWindow(1, BudgetWindow.Unit.DAYS))
        .after(Instant.EPOCH);
  }

  private static boolean isDynamicNow(
      FinePrint most, @Nullable Terms before, FinePrint after, Predicate<FinePrint> dynamic) {
    return dynamic.test(after)
        && !dynamic.test(most)
        && (before == null || !dynamic.test(fine(before)));
  }

  private static FinePrint fine(Terms terms) {
    return FinePrint.of(terms.metadata(), terms.extras());
  }

  private static boolean isLooser(FinePrint most, @Nullable Terms before, FinePrint after) {
    BudgetAction made = action(after);
    return (before == null || action(fine(before)) != made) && made.compareTo(action(most)) > 0;
  }

  private static BudgetAction action(FinePrint fine) {
    BudgetAction action = fine.keyAction();
    return action == null ? BudgetAction.BLOCK : action;
  }

  /**
   * @param was before the change; what it had already may stay; null for a new key
   */
  private static Optional<String> exceeded(
      FinePrint most, @Nullable FinePrint was, FinePrint made) {
    if (changed(was, made, FinePrint::tokensPerDay)
        && above(most.tokensPerDay(), made.tokensPerDay())) {
      return Optional.of("tpd_limit");
    }
    if (isTakenAway(most, was, made, FinePrint::strict)
        || isTakenAway(most, was, made, FinePrint::serviceAccount)) {
      return Optional.of("metadata");
    }
    if (changed(was, made, FinePrint::enforcedParams)
        && !made.enforcedParams().containsAll(most.enforcedParams())) {
      return Optional.of("enforced_params");
    }
    // A tag has a budget.
    if (most.tags().stream()
        .anyMatch(tag -> (was == null || was.tags().contains(tag)) && !made.tags().contains(tag))) {
      return Optional.of("tags");
    }
    for (Map.Entry<String, Long> entry : most.requestsPerTag().entrySet()) {
      if (changed(was, made, fine -> fine.requestsPerTag().get(entry.getKey()))
          && above(entry.getValue(), made.requestsPerTag().get(entry.getKey()))) {
        return Optional.of("tag_rpm_limit");
      }
    }
    for (FinePrint.Window window : most.windows()) {
      if (changed(was, made, FinePrint::windows)
          && made.windows().stream()
              .noneMatch(
                  each ->
                      each.duration().equals(window.duration())
                          && each.max().compareTo(window.max()) <= 0)) {
        return Optional.of("budget_limits");
      }
    }
    for (Map.Entry<String, FinePrint.ModelTerms> entry : most.perModel().entrySet()) {
      FinePrint.ModelTerms bound = entry.getValue();
      FinePrint.ModelTerms given = made.perModel().get(entry.getKey());
      if (!changed(was, made, fine -> fine.perModel().get(entry.getKey()))) {
        continue;
      }
      if (given == null
          || above(bound.max(), given.max())
          || (bound.max() != null && !Objects.equals(bound.duration(), given.duration()))
          || above(bound.requestsPerMinute(), given.requestsPerMinute())
          || above(bound.tokensPerMinute(), given.tokensPerMinute())) {
        return Optional.of("model_max_budget");
      }
    }
    return changed(was, made, FinePrint::increase) && raised(most, made)
        ? Optional.of("temp_budget_increase")
        : Optional.empty();
  }

  private static boolean isTakenAway(
      FinePrint most, @Nullable FinePrint was, FinePrint made, Predicate<FinePrint> rule) {
    return rule.test(most) && !rule.test(made) && (was == null || rule.test(was));
  }

  private static boolean raised(FinePrint most, FinePrint made) {
    Money increase = made.increase();
    return increase != null && !increase.equals(most.increase());
  }

  private static <T> boolean changed(
      @Nullable T before, T made, Function<T, ? extends @Nullable Object> field) {
    return before == null || !Objects.equals(field.apply(before), field.apply(made));
  }

  private static <T extends Comparable<T>> boolean isAbove(
      Terms most, @Nullable Terms before, Terms made, Function<Terms, @Nullable T> field) {
    return changed(before, made, field) && above(field.apply(most), field.apply(made));
  }

  /** Whether {@code made} may call no route that {@code maker} may not; empty is all. */
  public static boolean routes(List<String> maker, List<String> made) {
    return maker.isEmpty() || (!made.isEmpty() && new HashSet<>(maker).containsAll(made));
  }

  private static boolean models(List<String> maker, List<String> made) {
    Set<String> granted = Set.copyOf(maker);
    return granted.isEmpty()
        || (!made.isEmpty()
            && made.stream()
                .allMatch(
                    model ->
                        granted.contains(model)
                            || (!model.equals(ModelGrant.ALL_PROXY_MODELS)
                                && !model.equals(ModelGrant.ALL_TEAM_MODELS)
                                && model.indexOf('*') < 0
                                && ModelGrant.covers(granted, model, List.of()))));
  }

  private static <T extends Comparable<T>> boolean above(@Nullable T most, @Nullable T given) {
    return most != null && (given == null || given.compareTo(most) > 0);
  }
}
