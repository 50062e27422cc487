package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's own endpoints, {@code general_settings.pass_through_endpoints}. */
class PassThroughEndpointTest {
  private final FakeProvider target =
      new FakeProvider().usually(FakeProvider.whole(202, "{\"pages\":3}"));

  @RegisterExtension final RunningGateway gateway = start();

  private final String key = gateway.key(Terms.open());

  private RunningGateway start() {
    String endpoints =
        """
        general_settings:
          pass_through_endpoints:
            - path: /v1/parse
              target: %1$s/parse
              headers: {Authorization: "Bearer %2$s", x-tenant: ours}
              default_query_params: {version: 2, mode: fast}
              cost_per_request: 0.0015
              methods: [POST]
            - path: /tools
              target: %1$s/tools/
              include_subpath: true
              headers: {api-key: %2$s}
            - path: /v1/moderations
              target: %1$s/never
            - path: /v1/moderations/mine
              target: %1$s/mine?tenant=7
              cost_per_request: 0
            - path: /open
              target: %1$s/open?tenant=7
              forward_headers: true
              merge_query_params: true
              headers: {x-tenant: ours, LANGFUSE_PUBLIC_KEY: pk-1, LANGFUSE_SECRET_KEY: %2$s}
            - path: /missing
              target: %1$s/never
              headers: {Authorization: "Bearer os.environ/NOT_SET_ANYWHERE", x-a: b}
        """
            .formatted(target.base(), RunningGateway.PROVIDER_KEY);
    return new RunningGateway(
        TestGateway.Setup.of(RunningGateway.config(target) + endpoints), target);
  }

  @Test
  void aCallCostsWhatTheOperatorSays() throws IOException {
    String own = gateway.key(Terms.open());
    RawClient.Answer answer =
        gateway.post("/v1/parse?mode=slow&key=" + own, own, "{\"file\":1}", "x-tenant: theirs");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo("{\"pages\":3}");
    FakeProvider.Seen seen = target.seen().getFirst();
    assertThat(seen.uri()).isEqualTo("/v1/parse?mode=slow&version=2");
    assertThat(seen.body()).isEqualTo("{\"file\":1}");
    assertThat(seen.headers())
        .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY)
        .containsEntry("x-tenant", "ours");
    assertThat(seen.toString()).doesNotContain(own);
    gateway.isAtRest();
    SpendRow row = gateway.rows(own).getFirst();
    assertThat(row.spend()).isEqualTo(Money.ofNanos(1_500_000));
    assertThat(gateway.sumOfRows(own)).isEqualTo(row.spend());
  }

  @Test
  void aFailureAndAReadCostTheSameWay() throws IOException {
    String own = gateway.key(Terms.open());
    target.answers(FakeProvider.whole(500, "{\"error\":{\"message\":\"broken\"}}"));
    RawClient.Answer answer = gateway.post("/v1/parse", own, "{}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"broken\"}}");
    assertThat(target.seen()).hasSize(1); // what was done must not be done twice
    gateway.isAtRest();
    assertThat(gateway.sumOfRows(own)).isEqualTo(Money.ZERO);
  }

  @Test
  void aCallWithoutAPriceIsCountedAndOneThatIsFreeIsNot() throws IOException {
    String unpriced = "tollgate_unpriced_calls_total{";
    assertThat(gateway.gateway().metrics()).doesNotContain(unpriced);
    assertThat(gateway.post("/v1/moderations/mine?a=1", key, "{}").status()).isEqualTo(202);
    assertThat(target.seen().getFirst().uri()).isEqualTo("/v1/mine?a=1&tenant=7");
    gateway.isAtRest();
    assertThat(gateway.gateway().metrics()).doesNotContain(unpriced);
    assertThat(gateway.get("/tools/list", key).status()).isEqualTo(202);
    gateway.isAtRest();
    assertThat(gateway.gateway().metrics()).contains(unpriced);
  }

  @Test
  void noCredentialOfTheClientsReachesTheTarget() throws IOException {
    RawClient.Answer answer =
        gateway.post(
            "/tools/x?api_key=theirs&Sig=theirs&q=1",
            key,
            "raw \u00e9",
            "x-api-key: theirs",
            "api-key: theirs",
            "cookie: a=theirs",
            "x-pass-authorization: Bearer theirs",
            "x-pass-host: theirs",
            "x-forwarded-host: theirs",
            "x-request-source: theirs");
    assertThat(answer.status()).isEqualTo(202);
    FakeProvider.Seen seen = target.seen().getFirst();
    assertThat(seen.uri()).isEqualTo("/v1/tools/x?q=1");
    assertThat(seen.headers())
        .containsEntry("api-key", RunningGateway.PROVIDER_KEY)
        .doesNotContainKeys("authorization", "cookie", "x-forwarded-host");
    assertThat(seen.headers().toString()).doesNotContain("theirs", key);
    assertThat(answer.toString()).doesNotContain(RunningGateway.PROVIDER_KEY);
  }

  @Test
  void headersGoAlongWhereTheOperatorSaysSoButNothingThatIsSecret() throws IOException {
    RawClient.Answer answer =
        gateway.post(
            "/open?q=1",
            key,
            "{}",
            "x-trace-id: 17",
            "accept-language: de",
            "x-tenant: theirs",
            "x-copy: " + key,
            "x-company: Bearer " + key,
            "x-litellm-tags: theirs",
            "cookie: a=theirs",
            "x-api-key: theirs",
            "x-auth: theirs",
            "x-session-token: theirs",
            "x-forwarded-for: theirs",
            "x-http-method-override: theirs",
            "x-odd: \u00e9theirs",
            "x-hop: theirs",
            "connection: keep-alive, X-Hop",
            "te: theirs",
            "proxy-connection: theirs",
            "proxy-authorization: theirs",
            "x-pass-host: theirs");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    FakeProvider.Seen seen = target.seen().getFirst();
    assertThat(seen.uri()).isEqualTo("/v1/open?q=1&tenant=7");
    String basic =
        Base64.getEncoder().encodeToString(("pk-1:" + RunningGateway.PROVIDER_KEY).getBytes(UTF_8));
    assertThat(seen.headers())
        .containsEntry("x-trace-id", "17")
        .containsEntry("accept-language", "de")
        .containsEntry("x-tenant", "ours")
        .containsEntry("authorization", "Basic " + basic)
        .doesNotContainKeys("x-copy", "x-company", "x-odd", "langfuse_secret_key");
    assertThat(seen.toString()).doesNotContain("theirs", key);
    gateway.post("/tools/x", key, "{}", "x-trace-id: 17");
    assertThat(target.seen().getLast().headers()).doesNotContainKey("x-trace-id");
  }

  @Test
  void aPathOfTheGatewaysStaysSo() throws IOException {
    gateway.post("/v1/moderations", key, "{\"model\":\"gpt-test\",\"input\":\"x\"}");
    assertThat(target.seen()).extracting(FakeProvider.Seen::uri).doesNotContain("/v1/never");
  }

  @Test
  void aHeaderWhoseVariableIsNotSetIsNotSentByHalf() throws IOException {
    assertThat(gateway.post("/missing", key, "{}").status()).isEqualTo(202);
    assertThat(target.seen().getFirst().headers())
        .doesNotContainKey("authorization")
        .containsEntry("x-a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/tools/v9/admin,200,/v1/tools/v9/admin",
    "GET,/tools,200,/v1/tools",
    "GET,/tools/../admin,400,",
    "GET,/tools/%2e%2e/admin,400,",
    "GET,/tools/a%2f..%2fb,400,",
    "GET,/v1/parse,405,",
    "GET,/v1/parse/below,404,",
    "GET,/toolsx,404,"
  })
  void nothingButWhatIsBelowTheTargetIsReached(String method, String path, int status, String sent)
      throws IOException {
    target.answers(FakeProvider.whole(200, "{}"));
    assertThat(gateway.get(path, key).status()).isEqualTo(status);
    assertThat(target.seen())
        .extracting(FakeProvider.Seen::uri)
        .isEqualTo(sent == null ? List.of() : List.of(sent));
  }

  @Test
  void itTakesAKeyThatMayCallIt() throws IOException {
    assertThat(gateway.post("/v1/parse", "sk-nobody", "{}").status()).isEqualTo(401);
    String limited = gateway.key(Terms.models("gpt-test"));
    assertThat(gateway.post("/v1/parse", limited, "{}").status()).isEqualTo(403);
    String poor = gateway.key(Terms.budget(Money.ZERO));
    assertThat(gateway.post("/v1/parse", poor, "{}").status()).isEqualTo(422);
    assertThat(target.seen()).isEmpty();
  }
}
