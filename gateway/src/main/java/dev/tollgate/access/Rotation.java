package dev.tollgate.access;

import dev.tollgate.model.BudgetWindow;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * When a key's secret is due to be changed, by {@code auto_rotate} and {@code rotation_interval}.
 * It is only told: a secret that nobody asked for would reach nobody, so that a key that changed by
 * itself would be lost to those who call with it. Stateless.
 */
public final class Rotation {
  private static final String DUE = "key_rotation_at";

  private Rotation() {}

  /**
   * Sets {@code key_rotation_at} an interval after now, or takes it away from a key that does not
   * rotate.
   *
   * @param extras the key's further columns, which are changed
   */
  public static void plan(ObjectNode extras, Instant now) {
    String interval = extras.path("rotation_interval").asString("");
    if (extras.path("auto_rotate").asBoolean(false)) {
      BudgetWindow.parse(interval)
          .ifPresentOrElse(
              window -> extras.put(DUE, window.after(now).toString()), () -> extras.remove(DUE));
    } else {
      extras.remove(DUE);
    }
  }
}
