package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Mount;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds below every mount of a provider's own API. */
class PassThroughMountsTest {
  private static final String PROVIDER_KEY = RunningGateway.PROVIDER_KEY;
  private static final FakeProvider PROVIDER = new FakeProvider();
  private static final FakeProvider STRANGER = new FakeProvider();

  @RegisterExtension static final RunningGateway gateway = start();

  private static final String open = gateway.key(Terms.open());
  private static final String limited = gateway.key(Terms.models("gpt-test"));

  @RegisterExtension
  static final Said SAID =
      new Said(gateway, basic("pk-public", PROVIDER_KEY), basic(PROVIDER_KEY, ""));

  private static RunningGateway start() {
    StringBuilder models = new StringBuilder();
    for (Mount mount : Mount.values()) {
      models.append(entry(mount));
    }
    String config =
        RunningGateway.config(PROVIDER).replace("litellm_settings:", models + "litellm_settings:");
    return new RunningGateway(
            TestGateway.Setup.of(config)
                .with(Map.of("LANGFUSE_PUBLIC_KEY", "pk-public", "WATSONX_TOKEN", PROVIDER_KEY)),
            PROVIDER)
        .and(STRANGER);
  }

  /** A deployment whose credential and address the mount takes. */
  private static String entry(Mount mount) {
    String root = PROVIDER.base().replace("/v1", "") + "/up.eu.test";
    String address = mount == Mount.BEDROCK ? "aws_bedrock_runtime_endpoint" : "api_base";
    String credential =
        mount.provider().equals("vertex_ai")
            ? "extra_headers: {authorization: Bearer %s}, vertex_project: p, vertex_location: l"
            : mount == Mount.WATSONX ? "timeout: 60" : "api_key: %s, aws_region_name: eu-central-1";
    String european = mount == Mount.ASSEMBLYAI ? root.replace(".eu.", ".us.") : root;
    String provider = mount.path().endsWith("assemblyai") ? "assemblyai" : mount.provider();
    return "  - model_name: of%s\n    litellm_params: {model: %s/some, %s: '%s', %s, %s}\n"
        .formatted(
            mount.path(),
            provider,
            address,
            european,
            "use_in_pass_through: true",
            credential.formatted(PROVIDER_KEY));
  }

  @AfterEach
  void noProviderSeesAKeyOfOursAndNoStrangerHearsOfAnything() {
    for (FakeProvider.Seen seen : PROVIDER.seen()) {
      assertThat(seen.toString()).doesNotContain(open).doesNotContain(limited);
      assertThat(seen.headers().toString())
          .doesNotContain(basic("any", open))
          .doesNotContain("theirs")
          .doesNotContain("evil");
    }
    assertThat(STRANGER.seen()).isEmpty();
  }

  private static String basic(String user, String password) {
    return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  private static RawClient.Answer send(String method, String target, String authorization)
      throws IOException {
    String request =
        """
        %s %s HTTP/1.1
        Host: gateway
        %sX-Forwarded-Host: evil
        X-HTTP-Method-Override: DELETE
        Cookie: a=theirs
        x-api-key: theirs
        api-key: theirs
        x-goog-api-key: theirs
        ocp-apim-subscription-key: theirs
        x-pass-authorization: Bearer theirs
        x-pass-host: evil
        Content-Length: 0

        """
            .formatted(
                method,
                target,
                authorization.isEmpty() ? "" : "Authorization: " + authorization + "\n");
    try (RawClient client = gateway.client()) {
      return SAID.note(client.send(request.replace("\n", "\r\n")).answer());
    }
  }

  /** How each provider is shown who pays. */
  private static String credential(Mount mount) {
    return switch (mount) {
      case ANTHROPIC -> "x-api-key: " + PROVIDER_KEY;
      case GEMINI -> "x-goog-api-key: " + PROVIDER_KEY;
      case AZURE -> "api-key: " + PROVIDER_KEY;
      case AZURE_SPEECH, AZURE_SPEECH_SHORT -> "ocp-apim-subscription-key: " + PROVIDER_KEY;
      case ASSEMBLYAI, ASSEMBLYAI_EU -> "authorization: " + PROVIDER_KEY;
      case FAL_AI -> "authorization: Key " + PROVIDER_KEY;
      case DEEPGRAM -> "authorization: Token " + PROVIDER_KEY;
      case CURSOR -> "authorization: Basic " + basic(PROVIDER_KEY, "");
      case LANGFUSE -> "authorization: Basic " + basic("pk-public", PROVIDER_KEY);
      case OPENAI,
          OPENAI_PASSTHROUGH,
          VERTEX_AI,
          VERTEX,
          BEDROCK,
          COHERE,
          MISTRAL,
          AZURE_AI,
          VLLM,
          OPENROUTER,
          NVIDIA_NIM,
          MILVUS,
          TYPESAFE,
          WATSONX ->
          "authorization: Bearer " + PROVIDER_KEY;
    };
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void aReadGoesWhereItsPathSaysWithTheOperatorsCredentialAlone(Mount mount) throws IOException {
    String key = gateway.key(Terms.budget(Money.ofNanos(1)));
    RawClient.Answer answer =
        send("GET", mount.path() + "/things/v1/7?limit=2&key=theirs", "Bearer " + key);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    FakeProvider.Seen seen = PROVIDER.seen().getFirst();
    assertThat(seen.method()).isEqualTo("GET");
    assertThat(seen.uri())
        .isEqualTo(
            "/up."
                + (mount == Mount.ASSEMBLYAI ? "us" : "eu")
                + ".test/things/v1/7?limit=2"
                + (mount == Mount.WATSONX ? "&version=2024-03-13" : ""));
    String[] credential = credential(mount).split(": ", 2);
    assertThat(seen.headers()).containsEntry(credential[0], credential[1]);
    assertThat(seen.headers())
        .doesNotContainKeys("cookie", "x-http-method-override", "x-forwarded-host");
    gateway.isAtRest();
    assertThat(gateway.rows(key)).hasSize(1).allMatch(SpendRow::success);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ZERO);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void nobodyPassesWithoutAKey(Mount mount) throws IOException {
    for (String authorization : List.of("", "Bearer sk-nobody", "Bearer " + PROVIDER_KEY)) {
      assertThat(send("GET", mount.path() + "/v1/models", authorization).status()).isEqualTo(401);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void aPathThatCouldBeReadInTwoWaysIsRefused(Mount mount) throws IOException {
    for (String rest : List.of("/../v1/x", "/%2e%2e/x", "/a%2fb", "//x", "/a%5cb", "/x#y")) {
      RawClient.Answer answer = send("POST", mount.path() + rest, "Bearer " + open);
      assertThat(answer.status()).as(rest + ": " + answer.body()).isEqualTo(400);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void aRedirectIsNotFollowed(Mount mount) throws IOException {
    PROVIDER.answers(
        (request, _) ->
            request
                .response()
                .setStatusCode(307)
                .putHeader("location", STRANGER.base() + "/files")
                .end());
    assertThat(send("GET", mount.path() + "/v1/x", "Bearer " + open).status()).isEqualTo(500);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void whatAnAccountStoresOrNobodyKnowsIsNotForThoseWhoHaveAListOfModels(Mount mount)
      throws IOException {
    for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
      RawClient.Answer answer = send(method, mount.path() + "/api/things/7", "Bearer " + limited);
      assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void aProvidersErrorComesAsItIsButForItsCredential(Mount mount) throws IOException {
    String sent = credential(mount).replaceFirst("[^:]*: (Bearer |Basic |Key )?", "");
    PROVIDER.answers(FakeProvider.whole(402, "{\"error\":\"bad key " + sent + "\"}"));
    RawClient.Answer answer = send("POST", mount.path() + "/api/things", "Bearer " + open);
    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.body()).isEqualTo("{\"error\":\"bad key ***\"}");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = "DEEPGRAM") // of which only sockets are served
  void onlyLangfusesClientsHaveTheirKeyInAPassword(Mount mount) throws IOException {
    int status = mount == Mount.LANGFUSE ? 200 : 401;
    String path = mount.path() + "/api/public/traces";
    assertThat(send("GET", path, "Basic " + basic("any", open)).status()).isEqualTo(status);
    for (String wrong : Set.of(basic(open, "x"), basic("any", "sk-nobody"), "no base64", "")) {
      assertThat(send("GET", path, "Basic " + wrong).status()).as(wrong).isEqualTo(401);
    }
    assertThat(PROVIDER.seen()).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void everyMountSaysWhichCredentialIsMissing() throws IOException {
    try (FakeProvider none = new FakeProvider();
        TestGateway bare = TestGateway.start(TestGateway.Setup.of(RunningGateway.config(none)))) {
      String key = bare.key(Terms.open());
      for (Mount mount : Mount.values()) {
        if (mount.provider().equals("openai") || mount == Mount.VLLM || !mount.servesAll()) {
          continue; // served by the model in the list, or in need of none, or not at all paths
        }
        try (RawClient client = new RawClient(bare.port())) {
          RawClient.Answer answer = client.post(mount.path() + "/x", key, "{}").answer();
          assertThat(answer.status()).as(mount.path()).isEqualTo(401);
          assertThat(answer.body()).contains("credential is configured on this proxy");
        }
      }
    }
  }
}
