package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request.Controls;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private final Given given =
      new Given()
          .deployment("gpt", "exact")
          .deployment("x/exact", "deep")
          .wildcard("x/*", "short")
          .wildcard("x/gpt-*", "long")
          .alias("shown", "gpt", false)
          .alias("hidden", "gpt", true)
          .alias("to-wild", "x/thing", false);

  @ParameterizedTest
  @CsvSource({
    "gpt, exact",
    "x/exact, deep",
    "x/other, short",
    "x/gpt-4o, long",
    "shown, exact",
    "hidden, exact",
    "to-wild, short",
    "exact, exact",
    "deep, deep"
  })
  void aNameIsFoundExactlyThenByAliasThenByIdThenByTheLongestWildcard(String model, String id) {
    Plan plan = given.plan(model);
    assertThat(plan.first().deployment().id()).isEqualTo(id);
    assertThat(plan.group()).isEqualTo(model);
    assertThat(plan.shownModel()).isEqualTo(model);
    assertThat(given.routing.serves(model)).isTrue();
  }

  @Test
  void theKeysAliasComesFirstAndTheClientStillSeesItsOwnName() {
    given.use();
    Plan plan =
        given.routing.plan("mine", Map.of("mine", "gpt"), Operation.CHAT, Controls.NONE, false);
    assertThat(plan.first().deployment().id()).isEqualTo("exact");
    assertThat(plan.group()).isEqualTo("gpt");
    assertThat(plan.shownModel()).isEqualTo("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "", "x", "X/gpt-4o", "x/nobody"})
  void anUnknownNameIsRefusedInLitellmsWords(String model) {
    assertThatThrownBy(() -> given.plan(model))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure())
                    .isEqualTo(
                        new Failure.UnknownModel(
                            "litellm.BadRequestError: You passed in model="
                                + model
                                + ". There are no healthy deployments for this model\n\n"
                                + "LiteLLM: model group '"
                                + model
                                + "' failed with the error above. No fallback was attempted.")));
    assertThat(given.routing.serves(model)).isFalse();
  }

  @Test
  void aMissingNameIsNone() {
    given.use();
    assertThat(given.routing.noModel(null).message())
        .startsWith("litellm.BadRequestError: You passed in model=None. There are no healthy");
  }

  @Test
  void aVeryLongNameIsNeitherServedByAWildcardNorRepeated() {
    assertThatThrownBy(() -> given.plan("x/" + "a".repeat(100_000)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().message()).hasSizeLessThan(700));
  }

  @Test
  void namesThatCallersMakeUpAreKeptUpToABound() {
    given.use();
    for (int i = 0; i < 5_000; i++) {
      Plan plan = given.routing.plan("x/" + i, Map.of(), Operation.CHAT, Controls.NONE, false);
      plan.over();
    }
    assertThat(given.routing.heldNames()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void theLongestWildcardThatCanServeWins() {
    Given own = new Given().wildcard("*", "all").wildcard("x/*", "short");
    assertThat(own.plan("x/a").first().deployment().id()).isEqualTo("short");
    assertThat(own.plan("y/a").first().deployment().id()).isEqualTo("all");
  }

  @Test
  void theListOfModelsHasEachNameOnceAndNoHiddenAlias() {
    given.deployment("gpt", "second").use();
    assertThat(given.routing.models())
        .containsExactlyInAnyOrder("gpt", "x/exact", "x/*", "x/gpt-*", "shown", "to-wild");
    assertThat(given.routing.deployments("shown")).hasSize(2);
    assertThat(given.routing.accessGroups("gpt")).containsExactly("of-exact", "of-second");
    assertThat(given.routing.accessGroups("nope")).isEmpty();
  }

  @Test
  void aDeploymentWithoutTheOperationIsNoCandidate() {
    Given own =
        new Given().only("m", "chat", Operation.CHAT).only("m", "embed", Operation.EMBEDDING);
    own.use();
    for (int i = 0; i < 20; i++) {
      Plan plan = own.routing.plan("m", Map.of(), Operation.EMBEDDING, Controls.NONE, false);
      assertThat(plan.first().deployment().id()).isEqualTo("embed");
    }
    assertThatThrownBy(
            () -> own.routing.plan("m", Map.of(), Operation.RESPONSES, Controls.NONE, false))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure()).isInstanceOf(Failure.BadRequest.class);
              assertThat(e.failure().message()).contains("'m' does not offer /responses");
            });
  }

  @Test
  void aNewTableIsUsedAtOnceAndACallUnderWayKeepsItsOwn() {
    Plan before = given.plan("gpt");
    given.routing.use(RoutingTable.EMPTY);
    assertThat(before.after(before.first(), Given.status(500))).isNotNull();
    assertThat(given.routing.serves("gpt")).isFalse();
  }
}
