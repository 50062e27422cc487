package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.io.IOException;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Budgets that the configuration gives to end users and tags. A call costs 0.000006 dollars. */
class ConfiguredBudgetsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
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
    gateway =
        new RunningGateway(
            TestGateway.Setup.of(
                RunningGateway.config(provider).replace("litellm_settings:\n", settings)),
            provider);
  }

  @AfterAll
  static void stop() {
    gateway.isAtRest();
    gateway.close();
  }

  private static JsonNode admin(String path, String body) throws IOException {
    RawClient.Answer answer = gateway.post(path, RunningGateway.MASTER, body);
    assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static String key() throws IOException {
    return admin("/key/generate", "{}").path("key").asString();
  }

  private static RawClient.Answer chat(String key, String more) throws IOException {
    return gateway.post(
        "/v1/chat/completions", key, RunningGateway.chatBody(false).replaceFirst("}$", more + "}"));
  }

  private static void served(RawClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static void refused(RawClient.Answer answer, String message) {
    JsonNode error = JSON.readTree(answer.body()).path("error");
    assertThat(error.path("message").asString()).isEqualTo(message);
    assertThat(error.path("type").asString()).isEqualTo("budget_exceeded");
    assertThat(answer.status()).isEqualTo(422);
  }

  @Test
  void eachEndUserWithoutABudgetMaySpendSoMuch() throws Exception {
    served(chat(key(), ",\"user\":\"visitor\""));
    refused(
        chat(key(), ",\"user\":\"visitor\""),
        "ExceededBudget: End User=visitor over budget. Spend=6e-06, Budget=1e-06");
    served(chat(key(), ",\"user\":\"another\""));
    String key = key();
    served(chat(key, ""));
    served(chat(key, ""));
  }

  @Test
  void anEndUsersOwnBudgetComesFirst() throws Exception {
    admin("/customer/new", "{\"user_id\":\"guest\",\"max_budget\":1}");
    served(chat(key(), ",\"user\":\"guest\""));
    served(chat(key(), ",\"user\":\"guest\""));
  }

  @Test
  void aTagHasTheBudgetOfTheConfiguration() throws Exception {
    String tagged = ",\"metadata\":{\"tags\":[\"product:chat-bot\"]}";
    served(chat(key(), tagged));
    refused(
        chat(key(), tagged),
        "Budget has been exceeded! Tag=product:chat-bot Current cost: 6e-06, Max budget: 1e-06");
    served(chat(key(), tagged.replace("product:chat-bot", "rich")));
    served(chat(key(), tagged.replace("product:chat-bot", "unknown")));
  }

  @Test
  void aTagsOwnBudgetComesFirst() throws Exception {
    admin("/tag/new", "{\"name\":\"own\",\"max_budget\":0.000001}");
    String tagged = ",\"metadata\":{\"tags\":[\"own\"]}";
    served(chat(key(), tagged));
    assertThat(chat(key(), tagged).status()).isEqualTo(422);
    admin("/tag/delete", "{\"name\":\"own\"}");
    served(chat(key(), tagged));
  }

  @Test
  void aDaysBudgetBeginsAnewAtTheTimeThatIsSet() throws Exception {
    JsonNode made = admin("/key/generate", "{\"max_budget\":1,\"budget_duration\":\"1d\"}");
    RawClient.Answer info =
        gateway.get("/key/info?key=" + made.path("key").asString(), RunningGateway.MASTER);
    String reset = JSON.readTree(info.body()).at("/info/budget_reset_at").asString();
    assertThat(OffsetDateTime.parse(reset).toLocalTime()).as(reset).isEqualTo(LocalTime.of(6, 30));
  }
}
