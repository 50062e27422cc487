package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tools that OpenAI runs and charges by the call; a gateway whose operator gave no price at all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostedToolsTest {
  private static final String FILES = "{\"type\":\"file_search\",\"vector_store_ids\":[\"vs_1\"]}";
  private static final String CODE =
      "{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\"}}";
  private static final String FOUND = "{\"type\":\"file_search_call\",\"id\":\"fs_1\"}";
  private static final String RAN =
      "{\"type\":\"code_interpreter_call\",\"id\":\"ci_1\",\"container_id\":\"cntr_1\"}";

  /** 12 tokens in at 1.25 and 7 out at 10 dollars a million. */
  private static final String USAGE = "\"usage\":{\"input_tokens\":12,\"output_tokens\":7}";

  private final FakeProvider provider = new FakeProvider();
  private final RunningGateway gateway =
      new RunningGateway(
          TestGateway.Setup.of(
              RunningGateway.config(provider)
                  .replaceAll(" *(in|out)put_cost_per_token: .*\n", "")
                  .replace("openai/real-model", "openai/gpt-5")),
          provider);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void forget() {
    provider.forget();
    provider.answers(FakeProvider.whole(200, response("completed", FOUND + "," + RAN, USAGE)));
  }

  private static String response(String status, String output, String usage) {
    return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"status\":\""
        + status
        + "\",\"model\":\"gpt-5\",\"output\":["
        + output
        + "],"
        + usage
        + "}";
  }

  private String key(String more) throws IOException {
    RawClient.Answer made = gateway.post("/key/generate", RunningGateway.MASTER, "{" + more + "}");
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(made.body()).path("key").stringValue();
  }

  private RawClient.Answer ask(String key, String tools, String more) throws IOException {
    return gateway.post(
        "/v1/responses",
        key,
        "{\"model\":\"gpt-test\",\"input\":\"hello\",\"max_output_tokens\":16,\"tools\":["
            + tools
            + "]"
            + more
            + "}");
  }

  @Test
  void whatTheProviderRanIsChargedAtItsPublicPrice() throws IOException {
    String key = key("");
    RawClient.Answer answer = ask(key, FILES + "," + CODE, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().get("x-litellm-response-cost")).isEqualTo("0.032585");
    assertThat(gateway.rows(key).getFirst().spend().nanos()).isEqualTo(32_585_000);
    assertThat(provider.seen().getFirst().body()).doesNotContain("max_tool_calls");
  }

  @Test
  void aStreamThatBreaksOffPaysForTheToolsThatRan() throws IOException {
    String key = key("");
    provider.answers(
        FakeProvider.stream(
            FakeProvider.End.CUT,
            List.of(
                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                    + FOUND
                    + "}",
                "{\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}")));
    ask(key, FILES, ",\"stream\":true");
    Eventually.so("the call is booked", () -> !gateway.rows(key).isEmpty());
    assertThat(gateway.rows(key).getFirst().spend().nanos()).isBetween(2_500_000L, 2_700_000L);
  }

  @Test
  void aStrictBudgetTellsTheProviderHowManyCallsItHoldsFor() throws IOException {
    String key = key("\"max_budget\":1,\"metadata\":{\"budget_enforcement\":\"strict\"}");
    assertThat(ask(key, FILES, "").status()).isEqualTo(200);
    assertThat(provider.seen().getLast().body()).contains("\"max_tool_calls\":10");
    assertThat(ask(key, FILES, ",\"max_tool_calls\":3").status()).isEqualTo(200);
    assertThat(provider.seen().getLast().body())
        .contains("\"max_tool_calls\":3")
        .doesNotContain("10}");
    assertThat(ask(key, "", "").status()).isEqualTo(200);
    assertThat(provider.seen().getLast().body()).doesNotContain("max_tool_calls");
  }

  @Test
  void aStrictBudgetThatHasNoRoomForTheToolsIsNotOvershotByThem() throws IOException {
    String key = key("\"max_budget\":0.02,\"metadata\":{\"budget_enforcement\":\"strict\"}");
    assertThat(ask(key, FILES, "").status()).isEqualTo(422);
    assertThat(ask(key, CODE, "").status()).isEqualTo(422);
    assertThat(provider.seen()).isEmpty();
    assertThat(ask(key, FILES, ",\"max_tool_calls\":1").status()).isEqualTo(200);
  }
}
