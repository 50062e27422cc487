package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a gateway has answered and logged in a test: none of it shows a secret. */
final class Said implements AfterEachCallback {
  private final RunningGateway gateway;
  private final List<String> secrets =
      new ArrayList<>(List.of(RunningGateway.PROVIDER_KEY, RunningGateway.MASTER));
  private final List<String> texts = new ArrayList<>();

  /**
   * @param others secrets beside the provider's key and the master's
   */
  Said(RunningGateway gateway, String... others) {
    this.gateway = gateway;
    this.secrets.addAll(List.of(others));
  }

  /** Notes an answer. */
  RawClient.Answer note(RawClient.Answer answer) {
    texts.add(answer.toString());
    return answer;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    gateway.isAtRest();
    note(gateway.get("/metrics", RunningGateway.MASTER));
    texts.add(gateway.gateway().log());
    List<String> all = List.copyOf(texts);
    texts.clear();
    for (String text : all) {
      assertThat(text).doesNotContain(secrets);
    }
  }
}
