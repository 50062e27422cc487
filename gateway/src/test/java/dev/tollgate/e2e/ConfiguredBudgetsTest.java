package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Budgets that the configuration gives to end users and tags. A call costs 0.000006 dollars. */
class ConfiguredBudgetsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String settings =
        """
        litellm_settings:
          max_end_user_budget: 0.000001
          budget_reset_time: "06:30"
          tag_budget_config:
            product:chat-bot:
              max_budget: 0.000001
              budget_duration: 1d
            rich:
              max_budget: 1
            own:
              max_budget: 1
        """;
    return new RunningGateway(
        TestGateway.Setup.of(
            RunningGateway.config(provider).replace("litellm_settings:\n", settings)),
        provider);
  }

  private static void refused(RawClient.Answer answer, String message) {
    JsonNode error = JSON.readTree(answer.body()).path("error");
    assertThat(error.path("message").asString()).isEqualTo(message);
    assertThat(error.path("type").asString()).isEqualTo("budget_exceeded");
    assertThat(answer.status()).isEqualTo(422);
  }

  @Test
  void eachEndUserWithoutABudgetMaySpendSoMuch() throws Exception {
    gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"visitor\"").ok();
    refused(
        gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"visitor\""),
        "ExceededBudget: End User=visitor over budget. Spend=6e-06, Budget=1e-06");
    gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"another\"").ok();
    String key = gateway.madeKey("{}");
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
  }

  @Test
  void anEndUsersOwnBudgetComesFirst() throws Exception {
    gateway.admin("/customer/new", "{\"user_id\":\"guest\",\"max_budget\":1}");
    gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"guest\"").ok();
    gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"guest\"").ok();
  }

  @Test
  void aTagHasTheBudgetOfTheConfiguration() throws Exception {
    String tagged = ",\"metadata\":{\"tags\":[\"product:chat-bot\"]}";
    gateway.chatWith(gateway.madeKey("{}"), tagged).ok();
    refused(
        gateway.chatWith(gateway.madeKey("{}"), tagged),
        "Budget has been exceeded! Tag=product:chat-bot Current cost: 6e-06, Max budget: 1e-06");
    gateway.chatWith(gateway.madeKey("{}"), tagged.replace("product:chat-bot", "rich")).ok();
    gateway.chatWith(gateway.madeKey("{}"), tagged.replace("product:chat-bot", "unknown")).ok();
  }

  @Test
  void aTagsOwnBudgetComesFirst() throws Exception {
    gateway.admin("/tag/new", "{\"name\":\"own\",\"max_budget\":0.000001}");
    String tagged = ",\"metadata\":{\"tags\":[\"own\"]}";
    gateway.chatWith(gateway.madeKey("{}"), tagged).ok();
    assertThat(gateway.chatWith(gateway.madeKey("{}"), tagged).status()).isEqualTo(422);
    gateway.admin("/tag/delete", "{\"name\":\"own\"}");
    gateway.chatWith(gateway.madeKey("{}"), tagged).ok();
  }

  @Test
  void aDaysBudgetBeginsAnewAtTheTimeThatIsSet() throws Exception {
    JsonNode made = gateway.admin("/key/generate", "{\"max_budget\":1,\"budget_duration\":\"1d\"}");
    RawClient.Answer info =
        gateway.get("/key/info?key=" + made.path("key").asString(), RunningGateway.MASTER);
    String reset = JSON.readTree(info.body()).at("/info/budget_reset_at").asString();
    assertThat(OffsetDateTime.parse(reset).toLocalTime()).as(reset).isEqualTo(LocalTime.of(6, 30));
  }
}
