package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A team with its organisation, a user, a tag and an end user that calls draw on beside their key;
 * and the three books of each: balance, rows and daily sums, which agree to the nano-dollar.
 */
final class Books {
  private static final String TEAM = "proof-team";
  private static final String POOR_TEAM = "proof-team-without-money";
  private static final String USER = "proof-user";
  private static final String ORGANIZATION = "proof-organisation";
  private static final String TAG = "proof-tag";
  private static final String END_USER = "proof-end-user";

  private final RunningGateway gateway;

  Books(RunningGateway gateway) throws IOException {
    this.gateway = gateway;
    gateway.admin(
        "/organization/new",
        "{\"organization_id\":\"%s\",\"organization_alias\":\"o\"}".formatted(ORGANIZATION));
    gateway.admin(
        "/team/new",
        "{\"team_id\":\"%s\",\"organization_id\":\"%s\",\"max_budget\":1000}"
            .formatted(TEAM, ORGANIZATION));
    gateway.admin("/team/new", "{\"team_id\":\"%s\",\"max_budget\":0}".formatted(POOR_TEAM));
    gateway.admin("/user/new", "{\"user_id\":\"%s\",\"auto_create_key\":false}".formatted(USER));
    gateway.admin("/tag/new", "{\"name\":\"%s\"}".formatted(TAG));
  }

  /** A key of the team and the user. */
  String key(VirtualKey.Terms terms) {
    return gateway.key(Terms.in(TEAM, USER, terms));
  }

  String keyOfPoorTeam() {
    return gateway.key(Terms.in(POOR_TEAM, USER, Terms.open()));
  }

  /** Headers with which a call draws on tag and end user, too. */
  String[] drawing(String... others) {
    return Stream.concat(
            Stream.of("x-litellm-tags: " + TAG, "x-litellm-end-user-id: " + END_USER),
            Stream.of(others))
        .toArray(String[]::new);
  }

  /** Checks the books of a key; what they say. */
  Money agree(String key) {
    String hash = Keys.hashOf(key);
    List<SpendRow> rows = gateway.rows(key);
    Money balance = gateway.gateway().spent(hash);
    assertThat(sum(rows, _ -> true)).as("rows of the key").isEqualTo(balance);
    List<DailySum> sums = gateway.gateway().sums(Scope.Kind.KEY, hash);
    assertThat(daily(sums)).as("daily sums of the key").isEqualTo(balance);
    assertThat(sums.stream().mapToLong(DailySum::requests).sum()).isEqualTo(rows.size());
    assertThat(sums.stream().mapToLong(DailySum::successes).sum())
        .isEqualTo(rows.stream().filter(SpendRow::success).count());
    assertThat(gateway.gateway().held(hash)).as("held").isEqualTo(Money.ZERO);
    return balance;
  }

  /** Checks the books of everything else that the calls drew on. */
  void allAgree() {
    List<SpendRow> rows = gateway.gateway().rows(null);
    Map<Scope.Kind, String> ids =
        Map.of(
            Scope.Kind.TEAM, TEAM,
            Scope.Kind.USER, USER,
            Scope.Kind.ORGANIZATION, ORGANIZATION,
            Scope.Kind.TAG, TAG,
            Scope.Kind.END_USER, END_USER);
    ids.forEach(
        (kind, id) -> {
          Money balance = gateway.gateway().settled(kind, id);
          assertThat(balance.nanos()).as("%s", kind).isPositive();
          assertThat(sum(rows, row -> id.equals(idOf(kind, row))))
              .as("%s", kind)
              .isEqualTo(balance);
          assertThat(daily(gateway.gateway().sums(kind, id)))
              .as("daily sums of %s", kind)
              .isEqualTo(balance);
        });
  }

  private static @Nullable String idOf(Scope.Kind kind, SpendRow row) {
    return switch (kind) {
      case TEAM -> row.teamId();
      case USER -> row.userId();
      case ORGANIZATION -> row.organizationId();
      case END_USER -> row.endUser();
      case TAG -> row.tags().contains(TAG) ? TAG : null;
      default -> throw new IllegalArgumentException("no row names its " + kind);
    };
  }

  private static Money sum(List<SpendRow> rows, Predicate<SpendRow> which) {
    return rows.stream().filter(which).map(SpendRow::spend).reduce(Money.ZERO, Money::plus);
  }

  private static Money daily(List<DailySum> sums) {
    return sums.stream().map(DailySum::spend).reduce(Money.ZERO, Money::plus);
  }
}
