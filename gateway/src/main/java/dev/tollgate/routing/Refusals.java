package dev.tollgate.routing;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What routing says when it cannot serve, in LiteLLM's words where clients know them. */
final class Refusals {
  private static final int NAME_MAX = 200;
  private static final int IDS_MAX = 10;

  private Refusals() {}

  /** Nobody gave a credential for a provider whose own API is asked; LiteLLM's answer. */
  static Failure noCredential(String mount) {
    for (Mount known : Mount.values()) {
      if (known.path().equals(mount)) {
        return new Failure.NoRoute(known.noCredential(), 401, null);
      }
    }
    return new Failure.NoRoute("Not Found", 404, null);
  }

  static Failure unknown(String model) {
    return new Failure.UnknownModel(
        "litellm.BadRequestError: You passed in model="
            + shortened(model)
            + ". There are no healthy deployments for this model");
  }

  static Failure notOffered(String model, Operation operation, Group group) {
    String providers =
        group.lanes().stream()
            .map(lane -> lane.deployment().provider())
            .distinct()
            .limit(IDS_MAX)
            .collect(Collectors.joining(", "));
    return new Failure.BadRequest(
        "litellm.BadRequestError: The model '"
            + shortened(model)
            + "' does not offer "
            + operation.path()
            + ": its provider ("
            + providers
            + ") has no such endpoint, or it is not supported yet.",
        null);
  }

  static Failure full(String model) {
    return new Failure.RateLimited(
        "All deployments of the model '"
            + shortened(model)
            + "' are at their max_parallel_requests. Try again in 1 second.",
        "max_parallel_requests",
        Duration.ofSeconds(1),
        null);
  }

  static Failure cooling(String model, List<String> ids, long millis) {
    long seconds = Math.max(1, (millis + 999) / 1000);
    String list =
        ids.stream()
            .limit(IDS_MAX)
            .map(id -> "'" + id + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    return new Failure.CoolingDown(
        "No deployments available for selected model, Try again in "
            + seconds
            + " seconds. All deployments for selected model are in cooldown. Passed model="
            + shortened(model)
            + ". pre-call-checks=False, cooldown_list="
            + list,
        Duration.ofSeconds(seconds));
  }

  /**
   * The failure with LiteLLM's sentence on fallbacks. LiteLLM also lists every group that has
   * fallbacks; that would show one tenant the models of another, so it is left out.
   *
   * @param gone the groups that were tried after the first
   * @param configured whether any group has fallbacks
   */
  static Failure explained(Failure failure, String group, List<String> gone, boolean configured) {
    StringBuilder text =
        new StringBuilder("\n\nLiteLLM: model group '")
            .append(shortened(group))
            .append("' failed with the error above");
    ErrorKind kind = ErrorKind.of(failure);
    boolean special = kind == ErrorKind.CONTEXT_WINDOW || kind == ErrorKind.CONTENT_POLICY;
    if (!gone.isEmpty()) {
      text.append(". Fallbacks were attempted and failed too: ")
          .append(shortened(String.join(", ", gone)))
          .append('.');
    } else if (!configured || special || failure instanceof Failure.UnknownModel) {
      text.append(". No fallback was attempted.");
    } else {
      text.append(
          " and no fallback model group was found for it, so the request was not retried on another"
              + " model. Add a fallbacks entry for that model group (Router fallbacks or proxy"
              + " router_settings.fallbacks) to retry on another model.");
    }
    return longer(failure, text.toString());
  }

  private static Failure longer(Failure failure, String text) {
    return switch (failure) {
      case Failure.BadRequest f -> new Failure.BadRequest(f.message() + text, f.param());
      case Failure.UnknownModel f -> new Failure.UnknownModel(f.message() + text);
      case Failure.UpstreamRefused f ->
          new Failure.UpstreamRefused(
              f.message() + text,
              f.status(),
              f.kind(),
              f.provider(),
              f.providerType(),
              f.providerParam(),
              f.providerCode(),
              f.retryAfter());
      case Failure.UpstreamBroken f -> new Failure.UpstreamBroken(f.message() + text, f.provider());
      case Failure.TimedOut f -> new Failure.TimedOut(f.message() + text);
      case Failure.CoolingDown _,
          Failure.RateLimited _,
          Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NoRoute _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.BudgetExceeded _,
          Failure.Overloaded _,
          Failure.NoDatabase _,
          Failure.ClientGone _,
          Failure.Internal _ ->
          failure;
    };
  }

  private static String shortened(String text) {
    return text.length() <= NAME_MAX ? text : text.substring(0, NAME_MAX) + "…";
  }
}
