package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request.Controls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CooldownTest {
  private static void fail(Given given, String model, Failure failure) {
    Plan plan = given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false);
    plan.failed(plan.first(), failure);
  }

  private static void succeed(Given given, String model) {
    Plan plan = given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false);
    plan.succeeded(plan.first(), Duration.ofMillis(1));
    plan.over();
  }

  private static Given alone() {
    Given given = new Given().deployment("m", "a");
    given.use();
    return given;
  }

  @ParameterizedTest
  @CsvSource({
    "401, true",
    "402, true",
    "404, true",
    "400, false",
    "403, false",
    "409, false",
    "413, false",
    "422, false",
    "408, false",
    "429, false",
    "500, false",
    "503, false"
  })
  void onlyWhatAskingAgainCannotMendPutsASingleDeploymentDownAtOnce(int status, boolean down) {
    Given given = alone();
    fail(given, "m", Given.status(status));
    assertThat(given.routing.isCoolingDown("a")).isEqualTo(down);
  }

  @Test
  void allDeploymentsDownIsTooManyRequestsWithTheTimeToTryAgain() {
    Given given = alone();
    fail(given, "m", Given.status(401));
    given.pass(Duration.ofMillis(1_500));
    assertThatThrownBy(() -> succeed(given, "m"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure())
                    .isEqualTo(
                        new Failure.CoolingDown(
                            "No deployments available for selected model, Try again in 4 seconds. All"
                                + " deployments for selected model are in cooldown. Passed model=m."
                                + " pre-call-checks=False, cooldown_list=['a']",
                            Duration.ofSeconds(4))));
    given.pass(Duration.ofMillis(3_500));
    succeed(given, "m");
  }

  @Test
  void aRateLimitPutsDownOneOfSeveral() {
    Given given = new Given().deployment("m", "a").deployment("m", "b").retries(0);
    Plan plan = given.plan("m");
    plan.failed(plan.first(), Given.status(429));
    String down = plan.first().deployment().id();
    assertThat(given.routing.isCoolingDown(down)).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(
              given
                  .routing
                  .plan("m", Map.of(), Operation.CHAT, Controls.NONE, false)
                  .first()
                  .deployment()
                  .id())
          .isNotEqualTo(down);
    }
  }

  @Test
  void halfOfAtLeastFiveFailedPutsDownOneOfSeveral() {
    Given given =
        new Given().deployment("m", "a", Given.order(1)).deployment("m", "b", Given.order(2));
    given.use();
    succeed(given, "m");
    succeed(given, "m");
    fail(given, "m", Given.status(500));
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isFalse();
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isTrue();
  }

  @Test
  void countsBelongToTheirMinute() {
    Given given =
        new Given().deployment("m", "a", Given.order(1)).deployment("m", "b", Given.order(2));
    given.use();
    for (int i = 0; i < 20; i++) {
      fail(given, "m", Given.status(500));
      given.pass(Duration.ofSeconds(20));
    }
    assertThat(given.routing.isCoolingDown("a")).isFalse();
  }

  @Test
  void aSingleDeploymentThatFailsAThousandTimesInAMinuteIsPutDown() {
    Given given = alone();
    for (int i = 0; i < 999; i++) {
      fail(given, "m", Given.status(500));
    }
    assertThat(given.routing.isCoolingDown("a")).isFalse();
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isTrue();
  }

  @Test
  void wrongRequestsNeverCountAgainstADeployment() {
    Given given =
        new Given().deployment("m", "a", Given.order(1)).deployment("m", "b", Given.order(2));
    given.use();
    for (int i = 0; i < 100; i++) {
      fail(given, "m", Given.status(400));
      fail(given, "m", new Failure.BadRequest("no", null));
      fail(given, "m", new Failure.ClientGone());
    }
    assertThat(given.routing.isCoolingDown("a")).isFalse();
  }

  @Test
  void allowedFailsTakeThePlaceOfTheRule() {
    Given given =
        new Given().deployment("m", "a").settings(Changed.defaults().allowedFails(2).settings());
    given.use();
    fail(given, "m", Given.status(401));
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isFalse();
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isTrue();
  }

  @Test
  void allowedFailsMayDependOnTheKindOfError() {
    Given given =
        new Given()
            .deployment("m", "a")
            .settings(
                Changed.defaults()
                    .allowedFailsPolicy(Map.of(ErrorKind.INTERNAL_SERVER, 0))
                    .settings());
    given.use();
    fail(given, "m", Given.status(429));
    assertThat(given.routing.isCoolingDown("a")).isFalse();
    fail(given, "m", Given.status(500));
    assertThat(given.routing.isCoolingDown("a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"2, 30, 2", "0, 30, 0", ", 30, 30", ", , 5", ", 999999, 3600"})
  void theTimeIsTheDeploymentsThenTheProvidersThenTheRouters(
      Integer own, Integer asked, long seconds) {
    Given given = new Given();
    if (own == null) {
      given.deployment("m", "a");
    } else {
      given.deployment("m", "a", Given.cooldown(Duration.ofSeconds(own)));
    }
    given.use();
    fail(given, "m", Given.status(401, asked == null ? null : Duration.ofSeconds(asked)));
    given.pass(Duration.ofSeconds(seconds).minusMillis(1));
    assertThat(given.routing.isCoolingDown("a")).isEqualTo(seconds > 0);
    given.pass(Duration.ofMillis(1));
    assertThat(given.routing.isCoolingDown("a")).isFalse();
  }

  private static boolean failing(Given given) {
    Plan plan = given.routing.plan("m", Map.of(), Operation.CHAT, Controls.NONE, false);
    plan.over();
    return plan.failing();
  }

  @Test
  void aModelFailsWhenOneOfItsDeploymentsHasFailedTwiceInAMinute() {
    Given given =
        new Given()
            .deployment("m", "a", Given.order(1))
            .deployment("m", "b", Given.order(2))
            .settings(Changed.defaults().noCooldowns().settings());
    given.use();
    fail(given, "m", Given.status(500));
    assertThat(failing(given)).isFalse();
    fail(given, "m", Given.status(400));
    succeed(given, "m");
    assertThat(failing(given)).isFalse();
    fail(given, "m", Given.status(500));
    assertThat(failing(given)).isTrue();
    given.pass(Duration.ofMinutes(1));
    assertThat(failing(given)).isFalse();
  }

  @Test
  void cooldownsCanBeDisabled() {
    Given given =
        new Given().deployment("m", "a").settings(Changed.defaults().noCooldowns().settings());
    given.use();
    fail(given, "m", Given.status(401));
    succeed(given, "m");
  }

  @Test
  void aTimeoutThatTheClientSetSaysNothingOfTheDeployment() {
    Given given =
        new Given().deployment("m", "a").settings(Changed.defaults().allowedFails(0).settings());
    given.use();
    Controls impatient = Given.controls(0, 0.001, null, false);
    Plan plan = given.routing.plan("m", Map.of(), Operation.CHAT, impatient, false);
    assertThat(plan.after(plan.first(), new Failure.TimedOut("slow"))).isNull();
    assertThat(given.routing.isCoolingDown("a")).isFalse();
    fail(given, "m", new Failure.TimedOut("slow"));
    assertThat(given.routing.isCoolingDown("a")).isTrue();
  }

  @Test
  void aDeploymentThatStaysInTheConfigKeepsItsCooldown() {
    Given given = alone();
    fail(given, "m", Given.status(401));
    given.deployment("m", "b").use();
    assertThat(given.routing.isCoolingDown("a")).isTrue();
    assertThat(given.routing.isCoolingDown("b")).isFalse();
    assertThat(given.plan("m").first().deployment().id()).isEqualTo("b");
  }

  @Test
  void aWrongModelNamePutsNobodyElsesModelDown() {
    Given given = new Given().wildcard("x/*", "w");
    given.use();
    fail(given, "x/made-up", Given.status(404));
    assertThatThrownBy(() -> succeed(given, "x/made-up")).isInstanceOf(FailureException.class);
    succeed(given, "x/real");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "x/a"})
  void aFullDeploymentTakesNoMoreAndAPlaceIsGivenBackOnce(String model) {
    Given given =
        new Given()
            .deployment("exact", "a", Given.parallel(2))
            .wildcard("x/*", "w", Given.parallel(2));
    given.use();
    List<String> names = model.equals("exact") ? List.of("exact", "exact") : List.of("x/a", "x/b");
    Plan one = given.routing.plan(names.get(0), Map.of(), Operation.CHAT, Controls.NONE, false);
    Plan two = given.routing.plan(names.get(1), Map.of(), Operation.CHAT, Controls.NONE, false);
    assertThatThrownBy(
            () -> given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure())
                    .isInstanceOfSatisfying(
                        Failure.RateLimited.class,
                        f -> assertThat(f.limitType()).isEqualTo("max_parallel_requests")));
    one.released(one.first());
    one.released(one.first());
    one.over();
    given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false);
    assertThatThrownBy(
            () -> given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false))
        .isInstanceOf(FailureException.class);
    two.over();
  }

  @Test
  void aCallThatEndsAnyhowLeavesNothingInFlight() {
    Given given = new Given().deployment("m", "a").deployment("m", "b");
    Plan plan = given.plan("m");
    Given.next(plan, plan.first(), Given.status(500));
    plan.over();
    assertThat(given.routing.inFlight("a") + given.routing.inFlight("b")).isZero();
  }
}
