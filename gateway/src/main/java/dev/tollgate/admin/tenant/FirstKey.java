package dev.tollgate.admin.tenant;

import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.key.KeyMaker;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The key that a new user gets. For one request. */
final class FirstKey {
  /** A user's limits, which its first key does not repeat. */
  private static final List<String> NOT_OF_THE_KEY =
      List.of(
          "max_budget",
          "budget_duration",
          "max_parallel_requests",
          "tpm_limit",
          "rpm_limit",
          "tpd_limit",
          "soft_budget",
          "budget_action",
          "model_max_budget",
          "budget_limits",
          "metadata",
          "models",
          "budget_id",
          "spend");

  private final Desk desk;
  private final Rights rights;

  FirstKey(Desk desk, Rights rights) {
    this.desk = desk;
    this.rights = rights;
  }

  /**
   * The key, not yet kept.
   *
   * @param document the request for the user
   * @throws RefusedException if it could call routes that the caller's own key may not
   */
  KeyMaker.Made made(ObjectNode document, String userId, Instant now, String by) {
    ObjectNode ofKey = document.deepCopy();
    ofKey.remove(NOT_OF_THE_KEY);
    if (!rights.administers()) {
      // What else a request could ask for, only administrators have to give.
      ofKey.retain("key_alias", "duration", "key", "allowed_routes");
    }
    ofKey.put("user_id", userId);
    KeyMaker maker = new KeyMaker(desk.keys(), desk.rules());
    KeyMaker.Made made = maker.made(maker.bounded(KeyMaker.form(ofKey), now), now, by);
    if (!rights.mayGiveRoutes(made.key().terms().allowedRoutes())) {
      throw RefusedException.envelope(
          403,
          "allowed_routes of the user's key would go beyond what the key that you call with has:"
              + " name some of those, or send auto_create_key: false.",
          "auth_error",
          "allowed_routes");
    }
    return made;
  }
}
