package dev.tollgate.admin.tenant;

import dev.tollgate.admin.form.Field;
import java.util.Map;

/** The fields of requests about tenants, for tests of all of them. */
public final class EntityFieldTable {
  private EntityFieldTable() {}

  /** By the first segment of the routes. */
  public static Map<String, Map<String, Field>> all() {
    return Map.of(
        "team", Entity.TEAM.fields(),
        "user", Entity.USER.fields(),
        "customer", Entity.CUSTOMER.fields(),
        "budget", Entity.BUDGET.fields(),
        "tag", Entity.TAG.fields(),
        "organization", Entity.ORGANIZATION.fields());
  }
}
