package dev.tollgate.provider;

import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Deployment.Limits;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bounds of an entry, and what its calls draw on beside what their caller does. Pure. */
final class DeploymentScopes {
  /** The entry's own budget. */
  static final Set<String> BUDGET = Set.of("max_budget", "budget_duration");

  private DeploymentScopes() {}

  static Limits limits(
      Deployments.Entry entry, String provider, String model, Deployments.Defaults defaults) {
    Params params = entry.params();
    return new Limits(
        params.whole("rpm"),
        params.whole("tpm"),
        params.fraction("weight"),
        params.small("order"),
        params.small("max_parallel_requests"),
        params.seconds("timeout", true),
        params.seconds("stream_timeout", true),
        params.small("num_retries"),
        params.seconds("cooldown_time", false),
        scopes(entry, provider, model, defaults));
  }

  private static List<Scope> scopes(
      Deployments.Entry entry, String provider, String model, Deployments.Defaults defaults) {
    List<Scope> scopes = new ArrayList<>(2);
    Scope own = own(entry, model, defaults.ratesKept());
    if (own != null) {
      scopes.add(own);
    }
    Scope ofProvider = defaults.providers().get(provider);
    if (ofProvider != null) {
      scopes.add(ofProvider);
    }
    return List.copyOf(scopes);
  }

  private static @Nullable Scope own(Deployments.Entry entry, String model, boolean ratesKept) {
    Params params = entry.params();
    Money budget = budget(params.decimal("max_budget"));
    Scope.Rates rates =
        ratesKept
            ? new Scope.Rates(params.whole("rpm"), params.whole("tpm"), null)
            : Scope.Rates.NONE;
    if (budget == null && rates.isNone()) {
      return null;
    }
    String label =
        "model_name: "
            + entry.modelName()
            + ", litellm_params.model: "
            + model
            + ", model_id: "
            + entry.id();
    return new Scope(
        Scope.Kind.DEPLOYMENT,
        entry.id(),
        label,
        budget,
        budget == null ? null : duration(params),
        null,
        rates,
        false);
  }

  private static @Nullable Money budget(@Nullable BigDecimal dollars) {
    try {
      return dollars == null ? null : Money.ofDollars(dollars);
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException("max_budget: expected dollars, up to 9.2 billion");
    }
  }

  private static @Nullable String duration(Params params) {
    String text = params.text("budget_duration");
    if (text != null && BudgetWindow.parse(text).filter(window -> window.count() > 0).isEmpty()) {
      throw new IllegalArgumentException(
          "budget_duration: expected a duration such as 12h, 1d, 4w or 1mo");
    }
    return text;
  }
}
