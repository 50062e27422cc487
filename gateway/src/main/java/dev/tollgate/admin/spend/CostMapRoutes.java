package dev.tollgate.admin.spend;

import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Takes over LiteLLM's cost map at run time. Thread-safe. */
public final class CostMapRoutes {
  private final Reload reload;
  private final InstantSource clock;

  /** Loads the cost map. */
  @FunctionalInterface
  public interface Reload {
    /**
     * Reads it anew and takes it over, or leaves all as it is.
     *
     * @return how many models it has
     * @throws IllegalStateException saying why it was not taken
     */
    int reload();
  }

  public CostMapRoutes(Reload reload, InstantSource clock) {
    this.reload = reload;
    this.clock = clock;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.route(
            "POST", "/reload/model_cost_map", Admission.ADMIN, "management_routes", this::reload));
  }

  private Answer reload(Query query) {
    int models;
    try {
      models = reload.reload();
    } catch (IllegalStateException refused) {
      throw RefusedException.python(
          400, "error", "Failed to reload model cost map: " + refused.getMessage());
    }
    ObjectNode body = Json.object();
    body.put("message", "Price data reloaded successfully! " + models + " models updated.");
    body.put("status", "success");
    body.put("models_count", models);
    body.put("timestamp", clock.instant().toString());
    return Json.answer(200, body);
  }
}
