package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller with a valid key cannot do, whatever it sends. */
class SecurityTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PROMPT_MARKER = "prompt-marker-8d1f";
  private static final String REPLY_MARKER = "reply-marker-77ab";
  private static final FakeProvider STRANGER = new FakeProvider();
  @RegisterExtension static final RunningGateway gateway = start();
  private static final String limited = gateway.key(Terms.models("gpt-test"));
  @RegisterExtension static final Said SAID = new Said(gateway, limited, PROMPT_MARKER);

  private static RunningGateway start() {
    FakeProvider provider =
        new FakeProvider()
            .usually(
                FakeProvider.whole(200, FakeProvider.WHOLE.replace("Hello there!", REPLY_MARKER)));
    String config =
        RunningGateway.config(provider)
            .replace(
                "litellm_settings:",
                """
                  - model_name: secret-model
                    litellm_params:
                      model: openai/secret-real
                      api_base: %s
                      api_key: %s
                litellm_settings:\
                """
                    .formatted(provider.base(), RunningGateway.PROVIDER_KEY));
    return new RunningGateway(TestGateway.Setup.of(config), provider).and(STRANGER);
  }

  @AfterEach
  void noReplyIsLogged() {
    assertThat(gateway.gateway().log()).doesNotContain(REPLY_MARKER);
  }

  private static String body(String model, String more) {
    return "{\"model\":\""
        + model
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + PROMPT_MARKER
        + "\"}]"
        + more
        + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"api_base\":\"%s\"",
        "\"base_url\":\"%s\"",
        "\"api_key\":\"sk-theirs\"",
        "\"extra_headers\":{\"authorization\":\"Bearer sk-theirs\",\"host\":\"evil\"}",
        "\"extra_body\":{\"api_base\":\"%s\"}",
        "\"litellm_params\":{\"api_base\":\"%s\"}",
        "\"api_base\":\"%s\",\"api_key\":null",
        "\"proxy\":\"%s\"",
        "\"azure_endpoint\":\"%s\"",
        "\"model_list\":[{\"model_name\":\"gpt-test\",\"litellm_params\":{\"api_base\":\"%s\"}}]",
        "\"fallbacks\":[{\"model\":\"gpt-test\",\"api_base\":\"%s\"}]",
        "\"custom_llm_provider\":\"azure\"",
        "\"user_config\":{\"model_list\":[]}"
      })
  void aBodyCannotSayWhereACredentialGoes(String member) throws Exception {
    String more = "," + member.replace("%s", STRANGER.base());
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, limited, body("gpt-test", more)));
    assertThat(STRANGER.seen()).isEmpty();
    if (answer.status() == 200) {
      FakeProvider.Seen seen = gateway.provider().seen().getFirst();
      assertThat(seen.headers())
          .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY);
      assertThat(seen.body()).doesNotContain("sk-theirs").doesNotContain("api_key");
      assertThat(seen.headers().values()).noneMatch(value -> value.contains("sk-theirs"));
    } else {
      assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
      assertThat(gateway.provider().seen()).isEmpty();
    }
  }

  @Test
  void aFallbackOfTheBodyCannotSayWhereACredentialGoes() throws Exception {
    gateway.provider().answers(FakeProvider.failing(500));
    String more =
        ",\"fallbacks\":[{\"model\":\"openai/x\",\"api_base\":\"" + STRANGER.base() + "\"}]";
    assertThat(SAID.note(gateway.post(CHAT, limited, body("gpt-test", more))).status())
        .isGreaterThanOrEqualTo(400);
    assertThat(STRANGER.seen()).isEmpty();
  }

  @Test
  void aFallbackOfTheBodyCannotReachAModelThatTheKeyMayNotUse() throws Exception {
    gateway.provider().answers(FakeProvider.failing(500));
    SAID.note(gateway.post(CHAT, limited, body("gpt-test", ",\"fallbacks\":[\"secret-model\"]")));
    assertThat(gateway.provider().seen()).noneMatch(seen -> seen.body().contains("secret-real"));
  }

  @Test
  void aQueryOrAHeaderCannotSayWhereACredentialGoes() throws Exception {
    String query =
        "?api_base=" + STRANGER.base() + "&api_key=sk-theirs&base_url=" + STRANGER.base();
    RawClient.Answer answer =
        SAID.note(
            gateway.post(
                CHAT + query,
                limited,
                body("gpt-test", ""),
                "api-base: " + STRANGER.base(),
                "x-litellm-api-base: " + STRANGER.base(),
                "x-api-base: " + STRANGER.base(),
                "OpenAI-Organization: theirs",
                "Cookie: a=b",
                "Proxy-Authorization: Basic eA==",
                "X-Forwarded-Host: evil"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(STRANGER.seen()).isEmpty();
    FakeProvider.Seen seen = gateway.provider().seen().getFirst();
    assertThat(seen.uri()).isEqualTo(CHAT);
    assertThat(seen.headers())
        .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY)
        .doesNotContainKeys("cookie", "proxy-authorization", "api-base", "x-api-key");
    assertThat(seen.headers().values()).noneMatch(value -> value.contains(limited));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aProvidersRedirectIsNotFollowed(int status) throws Exception {
    gateway
        .provider()
        .answers(
            (request, _) ->
                request
                    .response()
                    .setStatusCode(status)
                    .putHeader("location", STRANGER.base() + "/chat/completions")
                    .end());
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, limited, body("gpt-test", "")));
    assertThat(STRANGER.seen()).isEmpty();
    assertThat(gateway.provider().seen()).hasSize(1);
    assertThat(answer.status()).isGreaterThanOrEqualTo(500);
    assertThat(answer.headers()).doesNotContainKey("location");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v1/chat/completions",
        "/v1//chat/completions",
        "/v1/%2fchat/completions",
        "/v1%2Fchat/completions",
        "/v1/chat%2fcompletions",
        "/v1/chat/completions/",
        "/v1/chat/../chat/completions",
        "/v1/chat/%2e%2e/chat/completions",
        "/v1/./chat/completions",
        "/v1/chat/completions;x=y",
        "/v1;/chat/completions",
        "/V1/chat/completions",
        "/v1/chat\\completions",
        "/v1/chat/completions%00",
        "/v1/chat/completions%20",
        "http://evil/v1/chat/completions",
        "http:/v1/chat/completions",
        "*",
        "v1/chat/completions",
        "/key/info/../../v1/chat/completions",
        "/health/liveliness/..;/v1/chat/completions"
      })
  void anOddTargetIsNoOtherNameOfARoute(String target) throws Exception {
    for (String key : List.of(limited, "sk-nobody")) {
      RawClient.Answer answer = SAID.note(gateway.post(target, key, body("gpt-test", "")));
      assertThat(answer.status()).as(target + ": " + answer.body()).isIn(307, 400, 404, 405);
    }
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Original-URL: /health/liveliness",
        "X-Rewrite-URL: /health/liveliness",
        "X-HTTP-Method-Override: GET",
        "X-HTTP-Method: GET",
        "X-Method-Override: OPTIONS",
        "X-Forwarded-Host: 127.0.0.1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Prefix: /health",
        "Forwarded: for=127.0.0.1;host=localhost"
      })
  void aHeaderDoesNotChangeTheRouteThatWasAuthorised(String header) throws Exception {
    assertThat(SAID.note(gateway.post(CHAT, "sk-nobody", body("gpt-test", ""), header)).status())
        .isEqualTo(401);
    assertThat(SAID.note(gateway.post("/key/generate", limited, "{}", header)).status())
        .isIn(401, 403);
    assertThat(SAID.note(gateway.post(CHAT, limited, body("secret-model", ""), header)).status())
        .isEqualTo(403);
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/chat/completions",
        "/v1/chat/completions",
        "/openai/deployments/secret-model/chat/completions",
        "/engines/secret-model/chat/completions",
        "/engines/secret%2Dmodel/chat/completions",
        "/openai/deployments/%73ecret-model/chat/completions",
        "/completions",
        "/v1/completions",
        "/engines/secret-model/completions",
        "/openai/deployments/secret-model/completions",
        "/embeddings",
        "/v1/embeddings",
        "/engines/secret-model/embeddings",
        "/openai/deployments/secret-model/embeddings",
        "/responses",
        "/v1/responses",
        "/openai/v1/responses"
      })
  void aModelListHoldsOnEveryAliasOfARoute(String path) throws Exception {
    boolean named = path.contains("model");
    String body = body(named ? "gpt-test" : "secret-model", ",\"prompt\":\"x\",\"input\":\"x\"");
    RawClient.Answer answer = SAID.note(gateway.post(path, limited, body));
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("key_model_access_denied");
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void aBodyThatNamesItsModelTwiceIsRefused() throws Exception {
    RawClient.Answer answer =
        SAID.note(gateway.post(CHAT, limited, body("gpt-test", ",\"model\":\"secret-model\"")));
    assertThat(answer.status()).isEqualTo(400);
    answer =
        SAID.note(
            gateway.post(CHAT, limited, body("gpt-test", ",\"mod\\u0065l\":\"secret-model\"")));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 429})
  void whatAProviderAsksOfTheGatewayIsNotHandedOn(int status) throws Exception {
    gateway
        .provider()
        .answers(
            (request, seen) -> {
              request.response().putHeader("set-cookie", "session=of-the-gateway");
              request.response().putHeader("proxy-authenticate", "Basic realm=\"theirs\"");
              request.response().putHeader("x-other", "shown");
              FakeProvider.whole(status, FakeProvider.WHOLE).answer(request, seen);
            });
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, limited, body("gpt-test", "")));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("llm_provider-x-other", "shown");
    assertThat(answer.headers().keySet())
        .noneMatch(name -> name.endsWith("set-cookie") || name.endsWith("proxy-authenticate"));
  }

  @Test
  void errorsOfTheProviderShowNoCredential() throws Exception {
    gateway
        .provider()
        .answers(
            FakeProvider.whole(
                401,
                "{\"error\":{\"message\":\"Incorrect API key provided: "
                    + RunningGateway.PROVIDER_KEY
                    + ".\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}"));
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, limited, body("gpt-test", "")));
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void malformedBodiesAreNotQuoted() throws Exception {
    for (String body :
        List.of(
            "{\"model\":\"gpt-test\",\"messages\":\"" + PROMPT_MARKER,
            PROMPT_MARKER,
            "[\"" + PROMPT_MARKER + "\"]",
            "{\"model\":\"gpt-test\"}")) {
      assertThat(SAID.note(gateway.post(CHAT, limited, body)).status()).isEqualTo(400);
    }
  }

  @Test
  void informationRoutesShowNoSecret() throws Exception {
    for (String path :
        List.of(
            "/model/info",
            "/v1/model/info",
            "/model_group/info",
            "/models",
            "/health",
            "/routes",
            "/key/list",
            "/spend/logs",
            "/health/readiness")) {
      SAID.note(gateway.get(path, RunningGateway.MASTER));
      SAID.note(gateway.get(path, limited));
    }
  }

  @Test
  void wrongCredentialsAreNotRepeated() throws Exception {
    String wrong = "sk-wrong-" + PROMPT_MARKER;
    RawClient.Answer answer = SAID.note(gateway.post(CHAT, wrong, body("gpt-test", "")));
    assertThat(answer.status()).isEqualTo(401);
  }
}
