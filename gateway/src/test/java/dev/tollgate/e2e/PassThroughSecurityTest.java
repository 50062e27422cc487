package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller with a valid key cannot do with a provider's own API. */
class PassThroughSecurityTest {
  private static final String CHAT = "/openai/v1/chat/completions";
  private static final String PROVIDER_KEY = RunningGateway.PROVIDER_KEY;
  private static final FakeProvider PROVIDER = new FakeProvider();
  private static final FakeProvider STRANGER = new FakeProvider();

  @RegisterExtension static final RunningGateway gateway = start();

  private static final String open = gateway.key(Terms.open());
  private static final String limited =
      gateway.key(Terms.models("gpt-test", "claude-3-5-haiku-20241022"));

  @RegisterExtension static final Said SAID = new Said(gateway);

  private static RunningGateway start() {
    String root = PROVIDER.base().replace("/v1", "");
    return new RunningGateway(
            TestGateway.Setup.of(
                    RunningGateway.config(PROVIDER)
                        + "  model_group_alias: {dear: gpt-test}\n"
                        + "general_settings: {}\n")
                .with(
                    Map.of(
                        "OPENAI_API_KEY", PROVIDER_KEY,
                        "OPENAI_BASE_URL", PROVIDER.base(),
                        "GEMINI_API_KEY", PROVIDER_KEY,
                        "ANTHROPIC_API_KEY", PROVIDER_KEY,
                        "ANTHROPIC_API_BASE", root,
                        "COHERE_API_KEY", PROVIDER_KEY,
                        "COHERE_API_BASE", root)),
            PROVIDER)
        .and(STRANGER);
  }

  @AfterEach
  void noProviderSeesAKeyOfOursAndNoStrangerHearsOfAnything() {
    for (FakeProvider.Seen seen : PROVIDER.seen()) {
      assertThat(seen.toString()).doesNotContain(open).doesNotContain(limited);
    }
    assertThat(STRANGER.seen()).isEmpty();
  }

  private static RawClient.Answer send(String method, String target, String key, String... more)
      throws IOException {
    StringBuilder request =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: gateway\r\n");
    if (!key.isEmpty()) {
      request.append("Authorization: Bearer ").append(key).append("\r\n");
    }
    for (String header : more) {
      request.append(header).append("\r\n");
    }
    try (RawClient client = gateway.client()) {
      return SAID.note(client.send(request + "\r\n").answer());
    }
  }

  private static String body(String model, String more) {
    return "{\"model\":\"" + model + "\",\"messages\":" + RunningGateway.HELLO + more + "}";
  }

  @Test
  void nobodyPassesWithoutAKey() throws IOException {
    for (String key : List.of("", "sk-nobody", PROVIDER_KEY)) {
      assertThat(send("GET", "/openai/v1/models", key).status()).isEqualTo(401);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Host: evil",
        "X-Original-URL: /v1/files",
        "X-HTTP-Method-Override: DELETE",
        "X-Goog-User-Project: theirs",
        "OpenAI-Organization: theirs",
        "OpenAI-Project: theirs",
        "Cookie: a=b",
        "Proxy-Authorization: Basic eA==",
        "x-api-key: theirs",
        "api-key: theirs",
        "x-goog-api-key: theirs",
        "x-pass-authorization: Bearer theirs",
        "x-pass-x-api-key: theirs",
        "x-pass-host: evil",
        "TE: trailers",
        "Connection: x-kept",
        "x-amz-security-token: theirs"
      })
  void aHeaderNamesNeitherHostNorAccount(String header) throws IOException {
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, open, body("gpt-4o-mini", ""), header));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    FakeProvider.Seen seen = PROVIDER.seen().getFirst();
    assertThat(seen.headers()).containsEntry("authorization", "Bearer " + PROVIDER_KEY);
    assertThat(seen.headers().toString()).doesNotContain("theirs").doesNotContain("evil");
    assertThat(seen.headers())
        .doesNotContainKeys(
            "cookie", "proxy-authorization", "x-http-method-override", "upgrade", "te");
  }

  @Test
  void headersOfTheProvidersApiAreTheClients() throws IOException {
    SAID.note(
        gateway.post(
            "/anthropic/v1/messages",
            open,
            body("claude-3-5-haiku-20241022", ",\"max_tokens\":5"),
            "anthropic-version: 2023-01-01",
            "anthropic-beta: some-feature-2025-01-01",
            "x-pass-idempotency-key: once"));
    assertThat(PROVIDER.seen().getFirst().headers())
        .containsEntry("anthropic-version", "2023-01-01")
        .containsEntry("anthropic-beta", "some-feature-2025-01-01")
        .containsEntry("idempotency-key", "once")
        .containsEntry("x-api-key", PROVIDER_KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "/openai/v1/files?key=KEY&limit=2&api-key=KEY,/v1/files?limit=2",
    "/openai/v1/files?%6bey=KEY,/v1/files",
    "/openai/v1/files?KEY_=1&access_token=KEY&$httpMethod=POST&%24alt=x,/v1/files?KEY_=1",
    "/openai/files,/v1/files",
    "/openai_passthrough/v1/files/file-1/content,/v1/files/file-1/content",
    "/cohere/v1/models,/v1/models",
    "/anthropic/v1/models/claude%3A1,/v1/models/claude%3A1"
  })
  void aReadGoesWhereItsPathSaysWithoutAnyCredentialOfTheClients(String target, String sent)
      throws IOException {
    RawClient.Answer answer = send("GET", target.replace("=KEY", "=" + open), open);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(PROVIDER.seen().getFirst().method()).isEqualTo("GET");
    assertThat(PROVIDER.seen().getFirst().uri()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openai//v1/files",
        "/openai/../v1/files",
        "/openai/v1/../files",
        "/openai/v1/%2e%2e/files",
        "/openai/v1/.%2e/files",
        "/openai/v1/%2E%2E%2Ffiles",
        "/openai/v1/a%2fb",
        "/openai/v1/a%5cb",
        "/openai/v1/a\\b",
        "/openai/v1/%66iles",
        "/openai/v1/files%00",
        "/openai/v1/files%0d%0ax",
        "/openai/v1/files%252e",
        "/openai/v1/files;x=1",
        "/openai/v1/fi%zzles",
        "/openai/v1/files%",
        "/openai/./v1/files",
        "/openai/v1/files#x",
        "/bedrock/model/a%2F..%2Fb/invoke",
        "/openai/@evil.example/v1/files/..",
        "//evil/openai/v1/files"
      })
  void aPathThatCouldBeReadInTwoWaysIsRefused(String target) throws IOException {
    for (String method : List.of("GET", "POST")) {
      RawClient.Answer answer = send(method, target, open, "Content-Length: 0");
      assertThat(answer.status()).as(target + ": " + answer.body()).isIn(400, 401, 404);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @Test
  void aModelInAPathCannotBringAMethodOfItsOwn() throws IOException {
    String path = "/gemini/v1beta/models/a%3AgenerateContent:countTokens";
    assertThat(SAID.note(gateway.post(path, open, "{}")).status()).isEqualTo(400);
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectIsNotFollowed(int status) throws IOException {
    PROVIDER.answers(
        (request, _) ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("location", STRANGER.base() + "/files")
                .end());
    RawClient.Answer answer = send("GET", "/openai/v1/files", open);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.headers()).doesNotContainKey("location");
  }

  @Test
  void aProvidersErrorComesAsItIsButForItsCredential() throws IOException {
    String error =
        "{\"error\":{\"message\":\"bad key KEY\",\"type\":\"invalid\",\"own\":{\"kept\":1}}}";
    PROVIDER.answers(FakeProvider.whole(402, error.replace("KEY", PROVIDER_KEY)));
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, open, body("gpt-4o-mini", "")));
    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.body()).isEqualTo(error.replace("KEY", "***"));
  }

  @Test
  void aModelOfTheListIsServedUnderItsNameAndItsReplyIsTheProvidersOwn() throws IOException {
    RawClient.Answer answer =
        SAID.note(gateway.post(CHAT, limited, body("gpt-test", ",\"x\":[ 1 ]")));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(FakeProvider.WHOLE);
    assertThat(answer.headers())
        .containsKey("x-litellm-call-id")
        .containsEntry("x-litellm-model-group", "gpt-test")
        .containsEntry("llm_provider-x-request-id", "req_1");
    assertThat(PROVIDER.seen().getFirst().body()).isEqualTo(body("real-model", ",\"x\":[ 1 ]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/openai/v1/chat/completions|{\"model\":\"gpt-4o\",\"messages\":[]}",
        "/openai/chat/completions|{\"model\":\"gpt-4o\",\"messages\":[]}",
        "/openai/v1/embeddings|{\"model\":\"gpt-4o\",\"input\":\"x\"}",
        "/openai/responses|{\"model\":\"gpt-4o\",\"input\":\"x\"}",
        "/openai/responses|{\"prompt\":{\"id\":\"p\"},\"input\":\"x\"}",
        "/openai/responses|{\"model\":\"gpt-test\",\"input\":\"x\",\"background\":true}",
        "/openai/v1/batches|{\"input_file_id\":\"f\",\"endpoint\":\"/v1/chat/completions\"}",
        "/openai/v1/batches|{\"model\":\"gpt-test\",\"input_file_id\":\"f\"}",
        "/openai/v1/fine_tuning/jobs|{\"model\":\"gpt-test\",\"training_file\":\"f\"}",
        "/openai/v1/threads/runs|{\"assistant_id\":\"a\"}",
        "/openai/V1/chat/completions|{\"model\":\"gpt-test\",\"messages\":[]}",
        "/openai/v1/chat/completions/|{\"model\":\"gpt-test\",\"messages\":[]}",
        "/openai/v1/audio/transcriptions|--b",
        "/openai/v1/unknown|not json",
        "/anthropic/v1/messages|{\"model\":\"claude-opus-4\",\"max_tokens\":1,\"messages\":[]}",
        "/anthropic/v1/messages/batches|{\"requests\":[]}",
        "/gemini/v1beta/models/gemini-2.5-pro:generateContent|{\"contents\":[]}",
        "/gemini/v1beta/models/gpt-test:generateContent|{\"contents\":[],\"model\":\"models/gemini-2.5-pro\"}",
        "/gemini/v1beta/models/gemini-2.5-pro:countTokens|{}",
        "/gemini/v1beta/models/gpt-test:predict|{}",
        "/gemini/v1beta/tunedModels/gpt-test:generateContent|{\"contents\":[]}",
        "/cohere/v2/chat|{\"model\":\"command-a\",\"messages\":[]}",
        "/openai_passthrough/v1/responses|{\"model\":\"gpt-test\",\"input\":\"x\","
            + "\"previous_response_id\":\"resp_1\"}",
        "/openai_passthrough/v1/responses|{\"model\":\"gpt-test\",\"input\":\"x\","
            + "\"conversation\":{\"id\":\"conv_1\"}}",
        "/cohere/v1/chat|{\"model\":\"gpt-test\",\"message\":\"x\"}"
      })
  void aListOfModelsHoldsOnEveryPath(String path, String body) throws IOException {
    RawClient.Answer answer = SAID.note(gateway.post(path, limited, body));
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"gpt-test\",\"model\":\"gpt-4o\",\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"mod\\u0065l\":\"gpt-4o\",\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"Model\":\"gpt-4o\",\"messages\":[]}",
        "{\"model\":[\"gpt-4o\"],\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"messages\":[]} {\"model\":\"gpt-4o\"}",
        "[{\"model\":\"gpt-test\"}]",
        "not json"
      })
  void aBodyWhoseModelIsNotClearIs400(String body) throws IOException {
    assertThat(SAID.note(gateway.post(CHAT, limited, body)).status()).isEqualTo(400);
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/openai/v1/files",
    "GET,/openai/v1/files/file-1/content",
    "DELETE,/openai/v1/files/file-1",
    "GET,/openai/v1/batches/batch_1",
    "DELETE,/openai/v1/models/ft:gpt-test",
    "DELETE,/openai/v1/models/ft:gpt-test/checkpoints"
  })
  void whatAnAccountStoresIsNotForThoseWhoHaveAListOfModels(String method, String path)
      throws IOException {
    assertThat(send(method, path, limited).status()).isEqualTo(403);
    assertThat(PROVIDER.seen()).isEmpty();
    assertThat(send("GET", "/openai/v1/models", limited).status()).isEqualTo(200);
  }

  @Test
  void whatAnAliasStandsForIsWhatIsSent() throws IOException {
    assertThat(SAID.note(gateway.post(CHAT, limited, body("dear", ""))).status()).isEqualTo(200);
    assertThat(PROVIDER.seen().getFirst().body()).contains("real-model").doesNotContain("dear");
  }

  @Test
  void aPathThatNobodyKnowsIsOpenToThoseWhoMayUseAllModelsAndCountsAsUnpriced() throws IOException {
    PROVIDER.answers(FakeProvider.whole(201, "{\"id\":\"batch_1\"}"));
    RawClient.Answer answer =
        SAID.note(gateway.post("/openai/v1/batches", open, "{\"input_file_id\":\"f\"}"));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("{\"id\":\"batch_1\"}");
    gateway.isAtRest();
    assertThat(gateway.gateway().metrics()).contains("tollgate_unpriced_calls_total{");
    Eventually.so("it is logged", () -> gateway.gateway().log().contains("\"priced\":false"));
  }

  @Test
  void aReadIsARowThatCostsNothing() throws IOException {
    String key = gateway.key(Terms.budget(Money.ofNanos(1)));
    PROVIDER.answers(FakeProvider.whole(200, "{\"data\":[]}"));
    assertThat(send("GET", "/openai/v1/files", key).body()).isEqualTo("{\"data\":[]}");
    assertThat(send("DELETE", "/openai/v1/files/f", key).status()).isEqualTo(200);
    gateway.isAtRest();
    List<SpendRow> rows = gateway.rows(key);
    assertThat(rows).hasSize(2).allMatch(SpendRow::success);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ZERO);
    assertThat(PROVIDER.seen()).extracting(FakeProvider.Seen::method).contains("GET", "DELETE");
  }

  @Test
  void routesThatAreDeniedOrNotAllowedAreRefused() throws IOException {
    String denied = routes("{\"denied_passthrough_routes\":[\"/openai/v1/files\"]}");
    String allowed = routes("{\"allowed_passthrough_routes\":[\"/openai/v1/batches*\"]}");
    assertThat(send("GET", "/openai/v1/files", denied).status()).isEqualTo(403);
    assertThat(send("DELETE", "/openai/v1/FILES/f", denied).status()).isEqualTo(403);
    assertThat(send("GET", "/openai/v1/models", denied).status()).isEqualTo(200);
    assertThat(send("GET", "/openai/v1/files", allowed).status()).isEqualTo(403);
    assertThat(SAID.note(gateway.post("/openai/v1/batches", allowed, "{}")).status())
        .isEqualTo(200);
    assertThat(
            SAID.note(gateway.post("/v1/chat/completions", allowed, body("gpt-test", ""))).status())
        .isEqualTo(200);
  }

  /** Of a key that may use one model only. */
  private static String routes(String metadata) {
    return gateway.key(Terms.with(metadata, Terms.models("gpt-test")));
  }

  @Test
  void aProviderWithoutACredentialIsLiteLlmsAnswer() throws IOException {
    RawClient.Answer answer =
        SAID.note(gateway.post("/mistral/v1/chat/completions", open, body("m", "")));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).startsWith("{\"detail\":\"No Mistral credential is configured");
    assertThat(answer.headers()).doesNotContainKey("www-authenticate");
  }

  @Test
  void nobodyReachesThePassedModelsByAnotherName() throws IOException {
    RawClient.Answer answer =
        SAID.note(
            gateway.post(
                "/v1/chat/completions", open, body("pass-through /openai/gpt-4o-mini", "")));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(SAID.note(gateway.get("/v1/models", open)).body()).doesNotContain("pass-through");
    assertThat(PROVIDER.seen()).isEmpty();
  }
}
