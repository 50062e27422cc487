package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** LiteLLM's {@code /utils}: what is known of a request without making it. */
class RequestRoutesTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String more =
        """
          - model_name: claude
            litellm_params:
              model: anthropic/claude-sonnet-4-5
              api_base: "%s"
              api_key: sk-ant-secret
        """
            .formatted(provider.base());
    return new RunningGateway(
        TestGateway.Setup.of(
            RunningGateway.config(provider)
                .replace("litellm_settings:", more + "litellm_settings:")),
        provider);
  }

  @Test
  void tokensAreCountedAsLitellmCountsThem() throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/utils/token_counter",
            gateway.key(Terms.open()),
            "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}");
    assertThat(answer.body())
        .isEqualTo(
            "{\"total_tokens\":9,\"request_model\":\"gpt-test\",\"model_used\":\"real-model\","
                + "\"tokenizer_type\":\"openai_tokenizer\",\"count_source\":\"local_estimate\","
                + "\"original_response\":null,\"error\":false,\"error_message\":null,"
                + "\"status_code\":null}");
    RawClient.Answer prompt =
        gateway.post(
            "/utils/token_counter",
            RunningGateway.MASTER,
            "{\"model\":\"unheard-of\",\"prompt\":\"hello world\"}");
    assertThat(prompt.body()).contains("\"total_tokens\":2", "\"model_used\":\"unheard-of\"");
  }

  @Test
  void whatIsNoRequestIsRefused() throws Exception {
    String key = gateway.key(Terms.models("gpt-test"));
    for (String body :
        new String[] {
          "", "[]", "{", "{\"model\":5,\"prompt\":\"x\"}", "{\"model\":\"gpt-test\"}",
        }) {
      assertThat(gateway.post("/utils/token_counter", key, body).status()).as(body).isEqualTo(400);
      assertThat(gateway.post("/utils/transform_request", key, body).status())
          .as(body)
          .isEqualTo(400);
    }
    assertThat(
            gateway
                .post("/utils/token_counter", key, "{\"model\":\"gpt-test\",\"messages\":\"x\"}")
                .body())
        .contains("Invalid value for 'messages': expected an array.");
    assertThat(gateway.get("/utils/supported_openai_params", RunningGateway.MASTER).body())
        .contains("Missing required parameter: 'model'.");
    assertThat(
            gateway
                .post("/utils/token_counter", key, "{\"model\":\"claude\",\"prompt\":\"x\"}")
                .status())
        .isEqualTo(403);
    assertThat(
            gateway
                .post(
                    "/utils/transform_request",
                    key,
                    "{\"call_type\":\"completion\",\"request_body\":{\"model\":\"claude\",\"messages\":[]}}")
                .status())
        .isEqualTo(403);
  }

  @Test
  void theProvidersRequestIsShownAndNotSent() throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/utils/transform_request",
            gateway.key(Terms.open()),
            """
            {"call_type":"completion","request_body":{"model":"claude","max_tokens":5,\
            "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}}""");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode shown = JSON.readTree(answer.body());
    assertThat(shown.path("raw_request_api_base").asString())
        .isEqualTo(gateway.provider().base() + "/messages");
    assertThat(shown.at("/raw_request_headers/x-api-key").asString()).isEqualTo("***");
    assertThat(shown.at("/raw_request_headers/anthropic-version").asString())
        .isEqualTo("2023-06-01");
    assertThat(shown.at("/raw_request_body/model").asString()).isEqualTo("claude-sonnet-4-5");
    assertThat(shown.at("/raw_request_body/max_tokens").asInt()).isEqualTo(5);
    assertThat(shown.at("/raw_request_body/system").toString()).contains("Be brief.");
    assertThat(answer.body()).doesNotContain("sk-ant-secret");
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void theParametersOfAModelAreListedForAdministrators() throws Exception {
    String path = "/utils/supported_openai_params?model=";
    JsonNode own =
        JSON.readTree(gateway.get(path + "gpt-test", RunningGateway.MASTER).body())
            .path("supported_openai_params");
    assertThat(own.toString()).contains("\"logit_bias\"", "\"temperature\"");
    String claude = gateway.get(path + "claude", RunningGateway.MASTER).body();
    assertThat(claude).contains("\"temperature\"").doesNotContain("\"logit_bias\"");
    assertThat(gateway.get(path + "none", RunningGateway.MASTER).status()).isEqualTo(400);
    assertThat(gateway.get(path + "gpt-test", gateway.key(Terms.open())).status())
        .isBetween(401, 403);
  }
}
