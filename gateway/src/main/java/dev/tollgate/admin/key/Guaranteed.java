package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.Allowance;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code tpm_limit_type} and {@code rpm_limit_type}: keys with {@code guaranteed_throughput} are
 * given no more than what their team has left beside its other keys. Stateless.
 */
final class Guaranteed {
  private static final String GUARANTEED = "guaranteed_throughput";

  private Guaranteed() {}

  /**
   * Checks the limits of a key that is to be kept.
   *
   * @param hash the key's own, null for a new one
   * @throws RefusedException if its team has not so much to give
   */
  static void mustFit(Access access, @Nullable String hash, VirtualKey.Terms terms) {
    String teamId = terms.teamId();
    if (teamId == null || !terms.metadata().contains(GUARANTEED)) {
      return;
    }
    Tenant team = access.tenants().find(Tenant.Kind.TEAM, teamId).orElse(null);
    if (team == null) {
      return;
    }
    JsonNode metadata = Json.read(terms.metadata());
    Allowance most = team.terms().allowance();
    if (metadata.path("tpm_limit_type").asString("").equals(GUARANTEED)) {
      mustFit(
          access, hash, terms, "TPM", most.tokensPerMinute(), VirtualKey.Terms::tokensPerMinute);
    }
    if (metadata.path("rpm_limit_type").asString("").equals(GUARANTEED)) {
      mustFit(
          access,
          hash,
          terms,
          "RPM",
          most.requestsPerMinute(),
          VirtualKey.Terms::requestsPerMinute);
    }
  }

  private static void mustFit(
      Access access,
      @Nullable String hash,
      VirtualKey.Terms terms,
      String what,
      @Nullable Long most,
      Function<VirtualKey.Terms, @Nullable Long> limit) {
    Long wanted = limit.apply(terms);
    if (most == null || wanted == null) {
      return;
    }
    long given =
        access
            .keys()
            .rows(row -> String.valueOf(terms.teamId()).equals(row.teamId()))
            .filter(row -> !row.hash().equals(hash))
            .map(row -> limit.apply(row.key().terms()))
            .mapToLong(each -> each == null ? 0 : Math.min(each, Integer.MAX_VALUE))
            .sum();
    if (given > most - wanted) {
      throw RefusedException.envelope(
          400,
          "Allocated %s limit=%d + Key %s limit=%d is greater than team %s limit=%d"
              .formatted(what, given, what, wanted, what, most),
          "auth_error",
          "None");
    }
  }
}
