package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Guarantee;
import dev.tollgate.admin.form.RefusedException;
import org.jspecify.annotations.Nullable;

/** What is guaranteed to a team's keys. Stateless. */
final class Guaranteed {
  private static final Guarantee<VirtualKey.Terms> KEYS =
      new Guarantee<>(
          "Key", "team", VirtualKey.Terms::tokensPerMinute, VirtualKey.Terms::requestsPerMinute);

  private Guaranteed() {}

  /**
   * Checks the limits of a key that is to be kept.
   *
   * @param hash the key's own, null for a new one
   * @throws RefusedException if its team has not so much to give
   */
  static void mustFit(Access access, @Nullable String hash, VirtualKey.Terms terms) {
    String teamId = terms.teamId();
    if (teamId == null || !Guarantee.isNamed(terms.metadata())) {
      return;
    }
    Tenant team = access.tenants().find(Tenant.Kind.TEAM, teamId).orElse(null);
    if (team == null) {
      return;
    }
    KEYS.mustFit(
        terms.metadata(),
        terms,
        team.terms().allowance(),
        () ->
            access
                .keys()
                .rows(row -> teamId.equals(row.teamId()))
                .filter(row -> !row.hash().equals(hash))
                .map(row -> row.key().terms()));
  }
}
