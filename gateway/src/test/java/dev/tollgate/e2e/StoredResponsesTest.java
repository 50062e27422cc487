package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Responses that their provider keeps: whose they are, where they are, and what they cost. */
class StoredResponsesTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PATH = "/v1/responses";
  private static final String SECOND_KEY = "sk-second-e2e";
  private static final String ITEMS =
      "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}";

  private static final FakeProvider provider =
      new FakeProvider().usually(FakeProvider.whole(200, Shape.RESPONSES.whole()));

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    String more =
        entry("two", "openai/real-model", RunningGateway.PROVIDER_KEY, "first-of-two")
            + entry("two", "openai/real-model", SECOND_KEY, "second-of-two")
            + entry("bridged", "groq/real-model", "sk-up", "bridged")
            + entry("claude", "anthropic/claude-sonnet-4-5", "sk-up", "claude")
            + entry("wild/*", "openai/*", RunningGateway.PROVIDER_KEY, "wild");
    String config =
        RunningGateway.config(provider).replace("litellm_settings:", more + "litellm_settings:");
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static String entry(String name, String model, String key, String id) {
    return """
      - model_name: %s
        litellm_params: {model: %s, api_base: "%s", api_key: %s}
        model_info: {id: %s}
    """
        .formatted(name, model, provider.base(), key, id);
  }

  private static String made(String key, String model) throws IOException {
    RawClient.Answer answer = gateway.post(PATH, key, body(model, ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return idOf(answer);
  }

  private static String body(String model, String more) {
    return "{\"model\":\"" + model + "\",\"input\":\"hello\"" + more + "}";
  }

  private static String idOf(RawClient.Answer answer) {
    return JSON.readTree(answer.body()).path("id").asString();
  }

  private static RawClient.Answer send(String method, String path, String key) throws IOException {
    try (RawClient client = gateway.client()) {
      return client
          .send(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                  + key
                  + "\r\nContent-Length: 0\r\n\r\n")
          .answer();
    }
  }

  private static VirtualKey.Terms of(String user, String team) {
    return Terms.in(team, user, Terms.open());
  }

  @Test
  void aResponseIsReadAgainUnderTheIdThatTheClientGot() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    assertThat(id).startsWith("resp_").doesNotContain("resp_1").matches("[A-Za-z0-9_-]{50,600}");
    for (String prefix : List.of("/v1", "", "/openai/v1")) {
      provider.forget();
      RawClient.Answer read =
          gateway.get(prefix + "/responses/" + id + "?include[]=a&api-version=1&limit=3", key);
      assertThat(read.status()).as(read.body()).isEqualTo(200);
      assertThat(idOf(read)).isEqualTo(id);
      assertThat(read.body()).contains("Hello there!").doesNotContain("\"resp_1\"");
      FakeProvider.Seen seen = provider.seen().getFirst();
      assertThat(seen.method()).isEqualTo("GET");
      assertThat(seen.uri()).isEqualTo("/v1/responses/resp_1?include[]=a&limit=3");
      assertThat(seen.headers())
          .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY)
          .doesNotContainKey("content-type");
      assertThat(seen.body()).isEmpty();
    }
  }

  @Test
  void readingCostsNothingAndHasARow() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    Money once = gateway.sumOfRows(key);
    assertThat(once).isEqualTo(Money.ofNanos(6000));
    gateway.get(PATH + "/" + id, key);
    gateway.get(PATH + "/" + id + "/input_items", key);
    assertThat(gateway.sumOfRows(key)).isEqualTo(once);
    List<SpendRow> rows = gateway.rows(key);
    assertThat(rows)
        .extracting(SpendRow::callType)
        .containsExactlyInAnyOrder("aresponses", "aget_responses", "alist_input_items");
    assertThat(rows)
        .extracting(row -> row.inputTokens() + row.outputTokens())
        .containsExactlyInAnyOrder(19L, 0L, 0L);
  }

  @Test
  void aResponseIsDeletedCancelledAndItsInputListed() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    provider.forget();
    provider.answers(
        FakeProvider.whole(200, "{\"id\":\"resp_1\",\"object\":\"response\",\"deleted\":true}"));
    RawClient.Answer deleted = send("DELETE", PATH + "/" + id, key);
    assertThat(deleted.body())
        .isEqualTo("{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}");
    provider.answers(FakeProvider.whole(200, Shape.RESPONSES.whole()));
    assertThat(idOf(send("POST", PATH + "/" + id + "/cancel", key))).isEqualTo(id);
    provider.answers(FakeProvider.whole(200, ITEMS));
    RawClient.Answer items = gateway.get(PATH + "/" + id + "/input_items?limit=2&order=asc", key);
    assertThat(items.body()).isEqualTo(ITEMS);
    assertThat(provider.seen())
        .extracting(seen -> seen.method() + " " + seen.uri() + " " + seen.body())
        .containsExactly(
            "DELETE /v1/responses/resp_1 ",
            "POST /v1/responses/resp_1/cancel ",
            "GET /v1/responses/resp_1/input_items?limit=2&order=asc ");
  }

  @Test
  void aStreamTellsOneIdAndCanBeTakenUpAgain() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.RESPONSES.events()));
    RawClient.Answer first = gateway.post(PATH, key, Shape.RESPONSES.body(true));
    Set<String> ids = new HashSet<>();
    for (String line : first.body().split("\n", -1)) {
      if (line.startsWith("data: ") && line.contains("\"response\":")) {
        ids.add(JSON.readTree(line.substring(6)).path("response").path("id").asString());
      }
    }
    assertThat(ids).hasSize(1);
    String id = ids.iterator().next();
    assertThat(first.body()).doesNotContain("resp_1");
    Money once = gateway.sumOfRows(key);
    RawClient.Answer again = gateway.get(PATH + "/" + id + "?stream=true&starting_after=1", key);
    assertThat(again.headers().get("content-type")).startsWith("text/event-stream");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(provider.seen().getLast().uri())
        .isEqualTo("/v1/responses/resp_1?stream=true&starting_after=1");
    assertThat(gateway.sumOfRows(key)).isEqualTo(once);
  }

  @Test
  void whatIsBuiltOnAResponseGoesToTheDeploymentThatHasIt() throws Exception {
    String key = gateway.key(Terms.open());
    for (int i = 0; i < 12; i++) {
      provider.forget();
      String id = made(key, "two");
      String maker = provider.seen().getFirst().headers().get("authorization");
      RawClient.Answer next =
          gateway.post(PATH, key, body("two", ",\"previous_response_id\":\"" + id + "\""));
      assertThat(next.status()).as(next.body()).isEqualTo(200);
      FakeProvider.Seen seen = provider.seen().getLast();
      assertThat(seen.headers()).containsEntry("authorization", maker);
      assertThat(JSON.readTree(seen.body()).path("previous_response_id").asString())
          .isEqualTo("resp_1");
      gateway.get(PATH + "/" + id, key);
      assertThat(provider.seen().getLast().headers()).containsEntry("authorization", maker);
    }
  }

  @Test
  void theAnswerNamesTheResponseBeforeAsTheClientDid() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    provider.answers(
        FakeProvider.whole(
            200,
            Shape.RESPONSES
                .whole()
                .replace(
                    "\"id\":\"resp_1\"", "\"id\":\"resp_2\",\"previous_response_id\":\"resp_1\"")));
    RawClient.Answer next =
        gateway.post(PATH, key, body("gpt-test", ",\"previous_response_id\":\"" + id + "\""));
    JsonNode reply = JSON.readTree(next.body());
    assertThat(reply.path("previous_response_id").asString()).isEqualTo(id);
    assertThat(reply.path("id").asString()).startsWith("resp_").isNotEqualTo(id);
  }

  @Test
  void anIdIsOfNoUseToOthers() throws Exception {
    gateway.post("/team/new", RunningGateway.MASTER, "{\"team_id\":\"red\"}");
    gateway.post("/team/new", RunningGateway.MASTER, "{\"team_id\":\"blue\"}");
    String red = gateway.key(of(null, "red"));
    String otherRed = gateway.key(of(null, "red"));
    String blue = gateway.key(of(null, "blue"));
    String alone = gateway.key(Terms.open());
    String id = made(red, "gpt-test");
    provider.forget();
    for (String stranger : List.of(blue, alone)) {
      assertThat(gateway.get(PATH + "/" + id, stranger).status()).isEqualTo(403);
      assertThat(send("DELETE", PATH + "/" + id, stranger).status()).isEqualTo(403);
      RawClient.Answer built =
          gateway.post(
              PATH, stranger, body("gpt-test", ",\"previous_response_id\":\"" + id + "\""));
      assertThat(built.status()).isEqualTo(403);
      assertThat(built.body()).contains("\"param\":\"previous_response_id\"");
    }
    assertThat(provider.seen()).isEmpty();
    assertThat(gateway.get(PATH + "/" + id, otherRed).status()).isEqualTo(200);
    assertThat(gateway.get(PATH + "/" + id, RunningGateway.MASTER).status()).isEqualTo(200);
    String own = made(alone, "gpt-test");
    assertThat(gateway.get(PATH + "/" + own, gateway.key(Terms.open())).status()).isEqualTo(403);
    assertThat(gateway.get(PATH + "/" + own, alone).status()).isEqualTo(200);
    String admins = made(RunningGateway.MASTER, "gpt-test");
    assertThat(gateway.get(PATH + "/" + admins, alone).status()).isEqualTo(403);
  }

  @Test
  void aForgedIdReachesNoProvider() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    provider.forget();
    char other = id.charAt(40) == 'A' ? 'B' : 'A';
    String litellm =
        "resp_"
            + Base64.getEncoder()
                .encodeToString(
                    "litellm:custom_llm_provider:openai;model_id:first-of-two;response_id:resp_9"
                        .getBytes(StandardCharsets.UTF_8));
    for (String forged :
        List.of("resp_1", "x", "resp_", id.substring(0, 40) + other + id.substring(41), litellm)) {
      RawClient.Answer answer = gateway.get(PATH + "/" + forged, key);
      assertThat(answer.status()).as(forged).isEqualTo(404);
      assertThat(answer.body()).contains("\"param\":\"response_id\"");
    }
    assertThat(gateway.get(PATH + "/" + id + "/cancel/more", key).status()).isEqualTo(404);
    RawClient.Answer raw =
        gateway.post(PATH, key, body("gpt-test", ",\"previous_response_id\":\"resp_1\""));
    assertThat(raw.status()).isEqualTo(404);
    assertThat(provider.seen()).isEmpty();

    assertThat(gateway.get(PATH + "/" + litellm, RunningGateway.MASTER).status()).isEqualTo(200);
    assertThat(provider.seen().getLast().uri()).isEqualTo("/v1/responses/resp_9");
    assertThat(provider.seen().getLast().headers())
        .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY);
    assertThat(
            gateway
                .post(
                    PATH,
                    RunningGateway.MASTER,
                    body("gpt-test", ",\"previous_response_id\":\"resp_7\""))
                .status())
        .isEqualTo(200);
    assertThat(provider.seen().getLast().body()).contains("\"resp_7\"");
  }

  @Test
  void aKeyThatLostTheModelReadsNoneOfItsResponses() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "two");
    gateway.post(
        "/key/update",
        RunningGateway.MASTER,
        "{\"key\":\"" + key + "\",\"models\":[\"gpt-test\"]}");
    provider.forget();
    assertThat(gateway.get(PATH + "/" + id, key).status()).isEqualTo(403);
    assertThat(provider.seen()).isEmpty();
  }

  @Test
  void aResponseOfAWildcardsModelIsFoundAgain() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "wild/gpt-9");
    assertThat(gateway.get(PATH + "/" + id, key).status()).isEqualTo(200);
  }

  @Test
  void whatAProviderDoesNotKeepIsSaidSo() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    String id = made(key, "bridged");
    RawClient.Answer answer = gateway.get(PATH + "/" + id, key);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("other models keep none");
    RawClient.Answer compact = gateway.post(PATH + "/compact", key, body("bridged", ""));
    assertThat(compact.status()).isEqualTo(400);
    assertThat(compact.body()).contains("does not offer /responses/compact");
  }

  @Test
  void aResponseThatIsGoneDoesNotTakeItsDeploymentOutOfService() throws Exception {
    String key = gateway.key(Terms.open());
    String id = made(key, "gpt-test");
    provider.answers(FakeProvider.failing(404));
    RawClient.Answer gone = gateway.get(PATH + "/" + id, key);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.body()).contains("provider says 404");
  }

  @Test
  void tokensAreCountedByTheProviderOrHere() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(
        FakeProvider.whole(200, "{\"object\":\"response.input_tokens\",\"input_tokens\":11}"));
    RawClient.Answer theirs = gateway.post(PATH + "/input_tokens", key, body("gpt-test", ""));
    assertThat(theirs.body())
        .isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":11}");
    assertThat(provider.seen().getLast().uri()).isEqualTo("/v1/responses/input_tokens");
    provider.forget();
    JsonNode ours =
        JSON.readTree(gateway.post(PATH + "/input_tokens", key, body("claude", "")).body());
    assertThat(ours.path("object").asString()).isEqualTo("response.input_tokens");
    assertThat(ours.path("input_tokens").asInt()).isPositive();
    assertThat(provider.seen()).isEmpty();
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ZERO);
  }

  @Test
  void compactingIsChargedAsAnyOtherCall() throws Exception {
    String key = gateway.key(Terms.open());
    String compaction =
        """
        {"id":"cmp_1","object":"response.compaction","output":[{"type":"compaction","encrypted_content":"x"}],\
        "usage":{"input_tokens":12,"output_tokens":7,"total_tokens":19}}""";
    provider.answers(FakeProvider.whole(200, compaction));
    RawClient.Answer answer = gateway.post(PATH + "/compact", key, body("gpt-test", ""));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"cmp_1\"");
    assertThat(provider.seen().getLast().uri()).isEqualTo("/v1/responses/compact");
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(6000));
  }

  @Test
  void aResponseInTheBackgroundIsChargedAtItsCapWhenItIsAskedFor() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(
        FakeProvider.whole(
            200,
            "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"queued\",\"output\":[],\"usage\":null}"));
    RawClient.Answer queued =
        gateway.post(
            PATH, key, body("gpt-test", ",\"background\":true,\"max_output_tokens\":1000"));
    assertThat(queued.status()).as(queued.body()).isEqualTo(200);
    long cap = 1000 * 600;
    assertThat(gateway.sumOfRows(key).nanos()).isBetween(cap, cap + 20_000);
    Money charged = gateway.sumOfRows(key);
    provider.answers(FakeProvider.whole(200, Shape.RESPONSES.whole()));
    gateway.get(PATH + "/" + idOf(queued), key);
    assertThat(gateway.sumOfRows(key)).isEqualTo(charged);
  }
}
