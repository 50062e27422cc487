package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Until the first event has gone to the client, another deployment or another model can answer. */
class FailoverTest {
  private static final String CHAT = "/v1/chat/completions";

  private static final FakeProvider FIRST = new FakeProvider();
  private static final FakeProvider SECOND = new FakeProvider();

  @RegisterExtension
  static final RunningGateway gateway =
      new RunningGateway(TestGateway.Setup.of(config()), FIRST).and(SECOND);

  private static String config() {
    return """
    model_list:
      - model_name: pair
        litellm_params: {model: openai/real-model, api_base: "%1$s", api_key: k1, order: 1}
      - model_name: pair
        litellm_params: {model: openai/real-model, api_base: "%2$s", api_key: k2, order: 2}
      - model_name: narrow
        litellm_params: {model: anthropic/claude-sonnet-4-5, api_base: "%1$s", api_key: k1, order: 1}
      - model_name: narrow
        litellm_params: {model: openai/real-model, api_base: "%2$s", api_key: k2, order: 2}
      - model_name: alone
        litellm_params: {model: openai/real-model, api_base: "%1$s", api_key: k1}
      - model_name: other
        litellm_params: {model: openai/other-model, api_base: "%2$s", api_key: k2}
      - model_name: lonely
        litellm_params: {model: openai/real-model, api_base: "%1$s", api_key: k1}
    router_settings:
      num_retries: 0
      disable_cooldowns: true
      fallbacks:
        - alone: [other]
    """
        .formatted(FIRST.base(), SECOND.base());
  }

  private static String body(String model, boolean stream, String more) {
    return "{\"model\":\""
        + model
        + "\",\"messages\":"
        + RunningGateway.HELLO
        + more
        + (stream ? ",\"stream\":true}" : "}");
  }

  @Test
  void anotherDeploymentAnswersForOneThatFails() throws Exception {
    FIRST.answers(FakeProvider.failing(500));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(CHAT, key, body("pair", false, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(FIRST.seen()).hasSize(1);
    assertThat(SECOND.seen()).hasSize(1);
    SpendRow row = onlyRow(key);
    assertThat(row.success()).isTrue();
    assertThat(row.attempts()).isEqualTo(2);
  }

  @Test
  void anotherDeploymentAnswersForOneThatHangsUp() throws Exception {
    FIRST.answers(FakeProvider.refusing());
    RawClient.Answer answer = gateway.post(CHAT, RunningGateway.MASTER, body("pair", false, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aStreamThatFailsBeforeItsFirstEventGoesToAnotherDeployment() throws Exception {
    FIRST.answers(
        FakeProvider.stream(
            FakeProvider.End.HANGING,
            List.of("{\"error\":{\"message\":\"overloaded\",\"code\":503}}")));
    SECOND.answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(CHAT, key, body("pair", true, ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("Hello").endsWith("[DONE]\n\n").doesNotContain("overloaded");
    assertThat(onlyRow(key).attempts()).isEqualTo(2);
    Eventually.so("the first provider's request is closed", () -> FIRST.leftEarly() == 1);
  }

  @Test
  void aStreamThatEndsInTheMiddleOfItsErrorGoesToOneOtherDeployment() throws Exception {
    FIRST.answers(
        FakeProvider.pieces(
            FakeProvider.End.WITHOUT_DONE,
            "text/event-stream",
            List.of(Buffer.buffer("data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}"))));
    SECOND.answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(CHAT, key, body("pair", true, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).containsOnlyOnce("Hello").endsWith("[DONE]\n\n");
    assertThat(onlyRow(key).attempts()).isEqualTo(2);
    assertThat(SECOND.seen()).hasSize(1);
  }

  @Test
  void aDeploymentThatCannotTakeTheRequestTakesNoneOfTheTime() throws Exception {
    RawClient.Answer answer =
        gateway.post(CHAT, RunningGateway.MASTER, body("narrow", false, ",\"logprobs\":true"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(FIRST.seen()).isEmpty();
    assertThat(SECOND.seen()).hasSize(1);
    assertThat(new BigDecimal(answer.headers().get("x-litellm-overhead-duration-ms"))).isPositive();
  }

  @Test
  void aStreamThatFailsAfterItsFirstEventGoesToNobodyElse() throws Exception {
    FIRST.answers(FakeProvider.stream(FakeProvider.End.CUT, List.of(FakeProvider.chunk("Hello"))));
    RawClient.Answer answer = gateway.post(CHAT, RunningGateway.MASTER, body("pair", true, ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("Hello").contains("\"error\"");
    assertThat(SECOND.seen()).isEmpty();
  }

  @Test
  void aFallbackModelAnswersForOneThatFails() throws Exception {
    FIRST.answers(FakeProvider.failing(500));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(CHAT, key, body("alone", false, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("x-litellm-attempted-fallbacks", "1");
    assertThat(SECOND.seen().getFirst().body()).contains("\"other-model\"");
    assertThat(onlyRow(key).fallbacks()).isEqualTo(1);
  }

  @Test
  void theClientMayAskForRetries() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    FIRST.answers(
        (request, seen) ->
            (asked.incrementAndGet() < 3
                    ? FakeProvider.failing(429)
                    : FakeProvider.whole(200, FakeProvider.WHOLE))
                .answer(request, seen));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(CHAT, key, body("lonely", false, ",\"num_retries\":2"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(FIRST.seen()).hasSize(3).noneMatch(seen -> seen.body().contains("num_retries"));
    assertThat(answer.headers()).containsEntry("x-litellm-attempted-retries", "2");
    assertThat(onlyRow(key).attempts()).isEqualTo(3);
  }

  @Test
  void aRequestThatIsWrongIsNotTriedAgain() throws Exception {
    FIRST.answers(FakeProvider.failing(400));
    RawClient.Answer answer =
        gateway.post(CHAT, RunningGateway.MASTER, body("lonely", false, ",\"num_retries\":2"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(FIRST.seen()).hasSize(1);
  }

  @Test
  void aClientThatLeavesWhileARetryWaitsIsNotTriedFor() throws Exception {
    FIRST.answers(FakeProvider.failing(503));
    String key = gateway.key(Terms.open());
    try (RawClient client = gateway.client()) {
      client.post(CHAT, key, body("lonely", false, ",\"num_retries\":5"));
      Eventually.so("the first attempt was made", () -> !FIRST.seen().isEmpty());
    }
    assertThat(onlyRow(key).success()).isFalse();
    gateway.isAtRest();
  }

  @Test
  void aClientThatLeavesWhileARetryWaitsPaysNothingForWhatFailed() throws Exception {
    FakeProvider failing = new FakeProvider();
    failing.answers(FakeProvider.refusing());
    String config =
        RunningGateway.config(failing)
            .replace(
                "router_settings:\n  num_retries: 0",
                "router_settings:\n  num_retries: 1\n  retry_after: 60");
    try (RunningGateway patient = new RunningGateway(TestGateway.Setup.of(config), failing)) {
      String key = patient.key(Terms.open());
      try (RawClient client = patient.client()) {
        client.post(CHAT, key, RunningGateway.chatBody(false));
        Eventually.so(
            "the gateway knows that the first attempt failed",
            () -> patient.gateway().metrics().contains("\nlitellm_deployment_failure_responses"));
      }
      patient.hasNothingLeft();
      assertThat(patient.sumOfRows(key)).isEqualTo(Money.ZERO);
      assertThat(failing.seen()).hasSize(1);
    }
  }

  private static SpendRow onlyRow(String key) {
    Eventually.so("no call is under way", () -> gateway.gateway().underWay() == 0);
    List<SpendRow> rows = gateway.rows(key);
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }
}
