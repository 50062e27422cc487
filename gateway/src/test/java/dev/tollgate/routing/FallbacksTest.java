package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request.Controls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FallbacksTest {
  private final Given given =
      new Given()
          .deployment("a", "a1")
          .deployment("b", "b1")
          .deployment("c", "c1")
          .deployment("d", "d1")
          .alias("alias", "a", false)
          .settings(Changed.defaults().retries(0).noCooldowns().settings());

  private static List<String> way(Plan plan, Failure failure) {
    List<String> ids = new ArrayList<>();
    for (Step step = plan.first(); step != null; step = plan.after(step, failure)) {
      ids.add(step.deployment().id());
    }
    return ids;
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 408, 413, 422, 429, 500, 503})
  void anyErrorOfTheProviderGoesToTheFallback(int status) {
    Plan plan = given.fallbacks(Map.of("a", List.of("b"))).plan("a");
    Step next = Given.next(plan, plan.first(), Given.status(status));
    assertThat(next.deployment().id()).isEqualTo("b1");
    assertThat(next.fallback()).isTrue();
    assertThat(plan.group()).isEqualTo("b");
    assertThat(plan.fallbacks()).isEqualTo(1);
    assertThat(plan.retries()).isZero();
    assertThat(plan.shownModel()).isNull();
  }

  @Test
  void aListIsGoneThroughInItsOrderAndCountsAsOneFallback() {
    Plan plan = given.fallbacks(Map.of("a", List.of("b", "c"))).plan("a");
    assertThat(way(plan, Given.status(500))).containsExactly("a1", "b1", "c1");
    assertThat(plan.fallbacks()).isEqualTo(1);
    assertThat(plan.hops()).isEqualTo(2);
  }

  @Test
  void aFallbacksOwnFallbacksComeBeforeTheRestOfTheList() {
    given.fallbacks(Map.of("a", List.of("b", "c"), "b", List.of("d", "a")));
    assertThat(way(given.plan("a"), Given.status(500))).containsExactly("a1", "b1", "d1", "c1");
  }

  @Test
  void groupsThatPointAtEachOtherEnd() {
    given.fallbacks(Map.of("a", List.of("b"), "b", List.of("a")));
    assertThat(way(given.plan("a"), Given.status(500))).containsExactly("a1", "b1");
  }

  @Test
  void thereIsABoundOnHops() {
    given.settings(
        Changed.of(given.settings)
            .hops(2)
            .fallbacks(Map.of("a", List.of("b", "c", "d")))
            .settings());
    assertThat(way(given.plan("a"), Given.status(500))).containsExactly("a1", "b1", "c1");
  }

  @Test
  void eachGroupOnTheWayHasItsRetries() {
    given.settings(
        Changed.of(given.settings).retries(1).fallbacks(Map.of("a", List.of("b"))).settings());
    assertThat(way(given.plan("a"), Given.status(500))).containsExactly("a1", "a1", "b1", "b1");
  }

  @Test
  void anAliasHasTheFallbacksOfItsGroup() {
    given.fallbacks(Map.of("a", List.of("b")));
    assertThat(way(given.plan("alias"), Given.status(500))).containsExactly("a1", "b1");
  }

  @Test
  void theStarIsForGroupsThatAreNotNamedAndTheDefaultsForTheRest() {
    given.fallbacks(Map.of("a", List.of("b"), "*", List.of("d")));
    assertThat(way(given.plan("c"), Given.status(500))).containsExactly("c1", "d1");
    given.settings(
        Changed.of(given.settings)
            .fallbacks(Map.of("a", List.of("b")))
            .otherwise(List.of("c"))
            .settings());
    assertThat(way(given.plan("d"), Given.status(500))).containsExactly("d1", "c1");
  }

  @Test
  void contextAndPolicyHaveListsOfTheirOwnAndNoOther() {
    given.settings(
        Changed.of(given.settings)
            .fallbacks(Map.of("a", List.of("b")))
            .context(Map.of("a", List.of("c")))
            .policy(Map.of("a", List.of("d")))
            .settings());
    assertThat(way(given.plan("a"), Given.refused(400, Kind.CONTEXT_WINDOW, null)))
        .containsExactly("a1", "c1");
    assertThat(way(given.plan("a"), Given.refused(400, Kind.CONTENT_POLICY, null)))
        .containsExactly("a1", "d1");
    given.settings(Changed.defaults().fallbacks(Map.of("a", List.of("b"))).settings());
    assertThat(way(given.plan("a"), Given.refused(400, Kind.CONTENT_POLICY, null)))
        .containsExactly("a1");
    given.settings(Changed.defaults().retries(0).context(Map.of("a", List.of("b"))).settings());
    assertThat(way(given.plan("a"), Given.status(400))).containsExactly("a1");
  }

  @Test
  void theClientsListTakesThePlaceOfTheGroupsOne() {
    given.fallbacks(Map.of("a", List.of("b")));
    Controls own = Given.controls(null, null, List.of("c"), false);
    assertThat(way(given.plan("a", own), Given.status(500))).containsExactly("a1", "c1");
  }

  @Test
  void theClientCanDisableThem() {
    given.fallbacks(Map.of("a", List.of("b")));
    Plan plan = given.plan("a", Given.controls(null, null, List.of("c"), true));
    assertThat(way(plan, Given.status(500))).containsExactly("a1");
    assertThat(plan.decorate(Given.status(500)).message()).isEqualTo("upstream said 500");
  }

  @Test
  void aBugOrAClientThatLeftGoesNowhere() {
    given.fallbacks(Map.of("a", List.of("b")));
    assertThat(way(given.plan("a"), new Failure.ClientGone())).containsExactly("a1");
    assertThat(way(given.plan("a"), new Failure.Internal("bug"))).containsExactly("a1");
  }

  @Test
  void aFallbackThatDoesNotExistIsPassedOver() {
    given.fallbacks(Map.of("a", List.of("nope", "b")));
    assertThat(way(given.plan("a"), Given.status(500))).containsExactly("a1", "b1");
  }

  @Test
  void aGroupThatCoolsDownStartsAtItsFallback() {
    given.settings(Changed.defaults().retries(0).fallbacks(Map.of("a", List.of("b"))).settings());
    Plan first = given.plan("a");
    first.failed(first.first(), Given.status(401));
    Plan second = given.plan("a");
    assertThat(second.first().deployment().id()).isEqualTo("b1");
    assertThat(second.fallbacks()).isEqualTo(1);
    assertThat(second.shownModel()).isNull();
  }

  @Test
  void aModelThatDoesNotExistStartsAtTheDefaultFallback() {
    given.settings(Changed.of(given.settings).otherwise(List.of("c")).settings());
    assertThat(given.plan("nope").first().deployment().id()).isEqualTo("c1");
  }

  @Test
  void whatTheClientIsToldIsTheFirstGroupsFailure() {
    Plan plan = given.fallbacks(Map.of("a", List.of("b"))).plan("a");
    Step second = Given.next(plan, plan.first(), Given.status(500));
    assertThat(plan.after(second, Given.status(429))).isNull();
    Failure told = plan.decorate(Given.status(429));
    assertThat(told.status()).isEqualTo(500);
    assertThat(told.message())
        .isEqualTo(
            "upstream said 500\n\nLiteLLM: model group 'a' failed with the error above. Fallbacks were"
                + " attempted and failed too: b.");
  }

  @Test
  void theSentenceOnFallbacksIsLitellms() {
    assertThat(told(given, Given.status(500)))
        .isEqualTo(
            "upstream said 500\n\nLiteLLM: model group 'c' failed with the error above. No fallback was"
                + " attempted.");
    given.fallbacks(Map.of("a", List.of("secret-model")));
    assertThat(told(given, Given.status(500)))
        .startsWith(
            "upstream said 500\n\nLiteLLM: model group 'c' failed with the error above and no fallback"
                + " model group was found for it, so the request was not retried on another model.")
        .doesNotContain("secret-model");
    assertThat(told(given, Given.refused(400, Kind.CONTENT_POLICY, null)))
        .endsWith("No fallback was attempted.");
    given.settings(Changed.of(given.settings).unexplained().settings());
    assertThat(told(given, Given.status(500))).isEqualTo("upstream said 500");
  }

  private static String told(Given given, Failure failure) {
    Plan plan = given.plan("c");
    assertThat(plan.after(plan.first(), failure)).isNull();
    return plan.decorate(failure).message();
  }

  @Test
  void noFallbackServesARequestThatNothingOffers() {
    given.fallbacks(Map.of("a", List.of("b")));
    given.use();
    assertThatThrownBy(
            () ->
                given.routing.plan(
                    "a", Map.of(), dev.tollgate.model.Operation.RESPONSES, Controls.NONE, false))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().message()).contains("'a' does not offer /responses"));
  }
}
