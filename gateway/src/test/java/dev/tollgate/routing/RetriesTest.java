package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment.Limits;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request.Controls;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {
  private static int attempts(Plan plan, Failure failure) {
    int attempts = 0;
    for (Step step = plan.first(); step != null; step = plan.after(step, failure)) {
      attempts++;
    }
    return attempts;
  }

  @ParameterizedTest
  @CsvSource({
    "400, 1", "401, 1", "403, 1", "404, 1", "422, 1", "408, 3", "409, 3", "429, 3", "500, 3",
    "502, 3", "503, 3", "504, 3", "529, 3"
  })
  void aSingleDeploymentIsAskedAgainOnlyWhereThatMayHelp(int status, int attempts) {
    assertThat(attempts(new Given().deployment("m", "a").plan("m"), Given.status(status)))
        .isEqualTo(attempts);
  }

  @Test
  void brokenAnswersAndTimeoutsAreRetriedAndOurOwnRefusalsAreNot() {
    Given given = new Given().deployment("m", "a");
    assertThat(attempts(given.plan("m"), new Failure.UpstreamBroken("cut", "openai"))).isEqualTo(3);
    assertThat(attempts(given.plan("m"), new Failure.TimedOut("slow"))).isEqualTo(3);
    assertThat(attempts(given.plan("m"), new Failure.BadRequest("no", null))).isEqualTo(1);
    assertThat(attempts(given.plan("m"), new Failure.ClientGone())).isEqualTo(1);
    assertThat(attempts(given.plan("m"), new Failure.Internal("bug"))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"401", "403"})
  void arefusedKeyIsRetriedWhereThereIsAnother(int status) {
    Plan plan = new Given().deployment("m", "a").deployment("m", "b").plan("m");
    Step next = Given.next(plan, plan.first(), Given.status(status));
    assertThat(next.deployment()).isNotEqualTo(plan.first().deployment());
    assertThat(plan.after(next, Given.status(status))).isNull();
  }

  @Test
  void eachDeploymentIsTriedBeforeAnyIsTriedTwice() {
    Given given = new Given().deployment("m", "a").deployment("m", "b").deployment("m", "c");
    for (int i = 0; i < 50; i++) {
      Plan plan = given.plan("m");
      Set<String> seen = new HashSet<>();
      for (Step step = plan.first(); step != null; step = plan.after(step, Given.status(409))) {
        assertThat(seen.add(step.deployment().id())).isTrue();
        assertThat(step.delay()).isZero();
      }
      assertThat(seen).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // request, deployment, router
    "0, 5, 5, 1",
    ", 0, 5, 1",
    ", 3, 0, 4",
    ", , 4, 5",
    "3, 0, 0, 4",
    "-7, , 5, 1",
    "1000, , 0, 11"
  })
  void theRequestsNumberWinsOverTheDeploymentsOverTheRouters(
      @Nullable Integer request, @Nullable Integer own, int router, int attempts) {
    Limits limits = new Limits(null, null, null, null, null, null, null, own, null);
    Given given = new Given().deployment("m", "a", limits).retries(router);
    assertThat(
            attempts(
                given.plan("m", Given.controls(request, null, null, false)), Given.status(500)))
        .isEqualTo(attempts);
  }

  @ParameterizedTest
  @CsvSource({"429, 4", "400, 2", "404, 1", "500, 1", "408, 3", "503, 3"})
  void aRetryPolicyCountsByKindOfError(int status, int attempts) {
    Given given =
        new Given()
            .deployment("m", "a")
            .settings(
                Changed.defaults()
                    .retryPolicy(
                        Map.of(
                            ErrorKind.RATE_LIMIT, 3,
                            ErrorKind.BAD_REQUEST, 1,
                            ErrorKind.INTERNAL_SERVER, 0))
                    .settings());
    assertThat(attempts(given.plan("m"), Given.status(status))).isEqualTo(attempts);
  }

  @Test
  void aRefusalForContextOrPolicyIsNeverRetried() {
    Given given = new Given().deployment("m", "a").deployment("m", "b");
    for (Kind kind : List.of(Kind.CONTEXT_WINDOW, Kind.CONTENT_POLICY)) {
      assertThat(attempts(given.plan("m"), Given.refused(400, kind, null))).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1000, 1000", "60, 60000, 60000", "61, 500, 1250", "0, 500, 1250"})
  void theWaitBeforeTheSameDeploymentIsTheProvidersIfItIsBearable(
      int retryAfterSeconds, long fromMillis, long toMillis) {
    Plan plan = new Given().deployment("m", "a").plan("m");
    Step next =
        Given.next(plan, plan.first(), Given.status(429, Duration.ofSeconds(retryAfterSeconds)));
    assertThat(next.delay().toMillis()).isBetween(fromMillis, toMillis);
  }

  @Test
  void theWaitGrowsAndIsBounded() {
    Plan plan = new Given().deployment("m", "a").retries(8).plan("m");
    long[] least = {500, 1000, 2000, 4000, 8000, 8000, 8000, 8000};
    Step step = plan.first();
    for (long millis : least) {
      step = Given.next(plan, step, Given.status(500));
      assertThat(step.delay().toMillis()).isBetween(millis, millis + 750);
    }
    assertThat(plan.after(step, Given.status(500))).isNull();
    assertThat(plan.retries()).isEqualTo(8);
  }

  @Test
  void theOperatorsLeastWaitHolds() {
    Plan plan =
        new Given()
            .deployment("m", "a")
            .settings(Changed.defaults().retryAfter(Duration.ofSeconds(3)).settings())
            .plan("m");
    Step next = Given.next(plan, plan.first(), Given.status(500));
    assertThat(next.delay()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void theLowestOrderComesFirstAndTheNextAfterItsFailureAlsoWithoutRetries() {
    Given given =
        new Given()
            .deployment("m", "second", Given.order(2))
            .deployment("m", "first", Given.order(1))
            .deployment("m", "last")
            .retries(0);
    Plan plan = given.plan("m");
    assertThat(plan.first().deployment().id()).isEqualTo("first");
    Step second = Given.next(plan, plan.first(), Given.status(500));
    assertThat(second.deployment().id()).isEqualTo("second");
    Step last = Given.next(plan, second, Given.status(500));
    assertThat(last.deployment().id()).isEqualTo("last");
    assertThat(plan.after(last, Given.status(500))).isNull();
    assertThat(plan.retries()).isZero();
    assertThat(plan.shownModel()).isEqualTo("m");
  }

  @Test
  void withoutRetriesAndOrdersAFailureIsFinal() {
    Plan plan = new Given().deployment("m", "a").deployment("m", "b").retries(0).plan("m");
    assertThat(plan.after(plan.first(), Given.status(500))).isNull();
  }

  @Test
  void weightsShareTheCalls() {
    Given given =
        new Given()
            .deployment("m", "nine", Given.weight(9))
            .deployment("m", "one", Given.weight(1))
            .deployment("m", "none");
    given.use();
    int nine = 0;
    for (int i = 0; i < 2_000; i++) {
      Plan plan = given.routing.plan("m", Map.of(), Operation.CHAT, Controls.NONE, false);
      assertThat(plan.first().deployment().id()).isNotEqualTo("none");
      nine += plan.first().deployment().id().equals("nine") ? 1 : 0;
      plan.over();
    }
    assertThat(nine).isBetween(1_700, 1_900);
  }

  @Test
  void leastBusyTakesTheDeploymentWithTheFewestCallsInFlight() {
    Given given =
        new Given()
            .deployment("m", "a")
            .deployment("m", "b")
            .settings(Changed.defaults().strategy(RoutingSettings.Strategy.LEAST_BUSY).settings());
    given.use();
    for (int i = 0; i < 10; i++) {
      given.routing.plan("m", Map.of(), Operation.CHAT, Controls.NONE, false);
    }
    assertThat(given.routing.inFlight("a")).isEqualTo(5);
    assertThat(given.routing.inFlight("b")).isEqualTo(5);
  }

  @Test
  void theFastestDeploymentIsTakenOnceBothHaveAnswered() {
    Given given =
        new Given()
            .deployment("m", "a")
            .deployment("m", "b")
            .settings(Changed.defaults().strategy(RoutingSettings.Strategy.LATENCY).settings());
    given.use();
    Set<String> firstTwo = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      Plan plan = given.routing.plan("m", Map.of(), Operation.CHAT, Controls.NONE, false);
      String id = plan.first().deployment().id();
      if (i < 2) {
        firstTwo.add(id);
      } else {
        assertThat(id).isEqualTo("b");
      }
      plan.succeeded(plan.first(), Duration.ofMillis(id.equals("a") ? 900 : 100));
      plan.over();
    }
    assertThat(firstTwo).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void timeoutsAreTheClientsThenTheDeploymentsThenTheRouters() {
    Limits own =
        new Limits(
            null, null, null, null, null, Duration.ofSeconds(7), Duration.ofSeconds(3), null, null);
    Given given =
        new Given()
            .deployment("own", "a", own)
            .deployment("router", "b")
            .settings(
                Changed.defaults()
                    .timeouts(Duration.ofSeconds(90), Duration.ofSeconds(40))
                    .settings());
    given.use();
    assertThat(timeout(given, "own", null, false)).isEqualTo(Duration.ofSeconds(7));
    assertThat(timeout(given, "own", null, true)).isEqualTo(Duration.ofSeconds(3));
    assertThat(timeout(given, "own", 1.5, true)).isEqualTo(Duration.ofMillis(1500));
    assertThat(timeout(given, "own", 0.0, false)).isEqualTo(Duration.ofSeconds(7));
    assertThat(timeout(given, "own", 1e300, false)).isEqualTo(Duration.ofDays(1));
    assertThat(timeout(given, "router", null, false)).isEqualTo(Duration.ofSeconds(90));
    assertThat(timeout(given, "router", null, true)).isEqualTo(Duration.ofSeconds(40));
    assertThat(RoutingSettings.DEFAULTS.timeout()).isEqualTo(Duration.ofMinutes(100));
  }

  private static Duration timeout(
      Given given, String model, @Nullable Double seconds, boolean stream) {
    Controls controls = Given.controls(null, seconds, null, false);
    Plan plan = given.routing.plan(model, Map.of(), Operation.CHAT, controls, stream);
    plan.over();
    return plan.first().timeout();
  }
}
