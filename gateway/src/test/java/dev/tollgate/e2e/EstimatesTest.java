package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Holds that learn from what calls really cost: 12 tokens in, 7 out, 0.000006 dollars. */
class EstimatesTest {
  private static final int ENOUGH = 50;

  private final FakeProvider provider = new FakeProvider();

  @RegisterExtension
  final RunningGateway gateway =
      new RunningGateway(TestGateway.Setup.of(RunningGateway.config(provider)), provider);

  private final CountDownLatch answers = new CountDownLatch(1);

  private void calls(String more) throws IOException {
    for (int i = 0; i < ENOUGH; i++) {
      RawClient.Answer answer =
          gateway.post(
              "/v1/chat/completions",
              RunningGateway.MASTER,
              RunningGateway.chatBody(false).replaceFirst("}$", more + "}"));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  /** What is held for a call that is under way. */
  private Money heldForOne(String more) throws IOException {
    CountDownLatch arrived = new CountDownLatch(1);
    provider.answers(
        (request, seen) -> {
          arrived.countDown();
          Thread.startVirtualThread(
              () -> {
                try {
                  answers.await(5, TimeUnit.SECONDS);
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
                FakeProvider.whole(200, FakeProvider.WHOLE).answer(request, seen);
              });
        });
    String key = gateway.key(Terms.budget(Money.ofDollars(java.math.BigDecimal.ONE)));
    try (RawClient client = gateway.client()) {
      client.post(
          "/v1/chat/completions",
          key,
          RunningGateway.chatBody(false).replaceFirst("}$", more + "}"));
      assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
      Money held = gateway.gateway().held();
      answers.countDown();
      assertThat(client.answer().status()).isEqualTo(200);
      return held;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void holdsComeDownToWhatTheModelReallyReturns() throws Exception {
    calls("");
    assertThat(heldForOne("").nanos()).isBetween(6000L, 10_000L);
  }

  @Test
  void callsWithACapTeachNothingAboutOutput() throws Exception {
    calls(",\"max_tokens\":7");
    assertThat(heldForOne("").nanos()).isGreaterThan(4096 * 600L);
  }

  @Test
  void theClientsOwnCapIsHeldInFull() throws Exception {
    calls("");
    assertThat(heldForOne(",\"max_tokens\":1000").nanos()).isGreaterThanOrEqualTo(1000 * 600L);
  }

  @Test
  void heldAndSettledShowSideBySide() throws Exception {
    String key = gateway.key(Terms.budget(Money.ofDollars(java.math.BigDecimal.ONE)));
    assertThat(gateway.chat(key).status()).isEqualTo(200);
    assertThat(gateway.metric("tollgate_settled_dollars_total{model=\"gpt-test\"}"))
        .isEqualTo(0.000006);
    assertThat(gateway.metric("tollgate_admitted_dollars_total{model=\"gpt-test\"}"))
        .isGreaterThan(4096 * 0.0000006);
  }
}
