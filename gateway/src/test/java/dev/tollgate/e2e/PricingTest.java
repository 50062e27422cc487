package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prices of the assembled gateway: refused without, changed at run time, marked up. */
class PricingTest {
  private static final Map<String, String> OTHERS =
      Map.of(
          "/v1/messages", "\"max_tokens\":9,\"messages\":" + RunningGateway.HELLO,
          "/v1/moderations", "\"input\":\"hello\"",
          "/v1/images/generations", "\"prompt\":\"a cat\"",
          "/v1/audio/speech", "\"input\":\"hello\",\"voice\":\"alloy\"");

  @TempDir private Path folder;

  private static String unpriced(FakeProvider provider, boolean refused) {
    return RunningGateway.config(provider)
        .replaceAll(" *(in|out)put_cost_per_token: .*\n", "")
        .replace(
            "litellm_settings:\n",
            "litellm_settings:\n  block_requests_for_models_without_pricing: " + refused + "\n");
  }

  @Test
  void aModelWithoutAPriceIsRefusedOnEveryOperationWhereTheOperatorWantsThat() throws IOException {
    FakeProvider provider = new FakeProvider();
    try (RunningGateway gateway =
        new RunningGateway(TestGateway.Setup.of(unpriced(provider, true)), provider)) {
      String key = gateway.key(Terms.open());
      for (Shape shape : Shape.values()) {
        refused(gateway, shape.path(), key, shape.body(false));
        if (shape.streams()) {
          refused(gateway, shape.path(), key, shape.body(true));
        }
      }
      for (Map.Entry<String, String> other : OTHERS.entrySet()) {
        refused(gateway, other.getKey(), key, "{\"model\":\"gpt-test\"," + other.getValue() + "}");
      }
      assertThat(gateway.gateway().metrics())
          .contains("tollgate_unpriced_models{model=\"gpt-test\"} 1.0");
    }
  }

  private static void refused(RunningGateway gateway, String path, String key, String body)
      throws IOException {
    RawClient.Answer answer = gateway.post(path, key, body);
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("has no price in the model cost map");
    if (!path.equals("/v1/messages")) {
      assertThat(answer.body()).contains("model_cost_map_missing");
    }
  }

  @Test
  void aCostMapIsTakenOverWhileCallsAreServedAndABadOneChangesNothing() throws IOException {
    Path map = folder.resolve("map.json");
    Files.writeString(
        map,
        "{\"openai/real-model\":{\"litellm_provider\":\"openai\",\"mode\":\"chat\","
            + "\"input_cost_per_token\":1e-06,\"output_cost_per_token\":2e-06}}");
    FakeProvider provider = new FakeProvider();
    TestGateway.Setup setup =
        TestGateway.Setup.of(unpriced(provider, false))
            .with(Map.of("LITELLM_MODEL_COST_MAP_URL", map.toString()));
    try (RunningGateway gateway = new RunningGateway(setup, provider)) {
      String key = gateway.key(Terms.open());
      provider.answers(FakeProvider.whole(200, Shape.CHAT.whole()));
      // 12 tokens in and 7 out
      assertThat(cost(gateway.chat(key))).isEqualTo("0.000026");
      Files.writeString(map, Files.readString(map).replace("1e-06", "3e-06"));
      RawClient.Answer reloaded = reload(gateway, RunningGateway.MASTER);
      assertThat(reloaded.status()).as(reloaded.body()).isEqualTo(200);
      assertThat(reloaded.body()).contains("\"models_count\":1");
      assertThat(cost(gateway.chat(key))).isEqualTo("0.00005");
      for (String bad : List.of("[]", "{\"m\":{\"input_cost_per_token\":-1}}", "{\"m\":{}}", "{")) {
        Files.writeString(map, bad);
        RawClient.Answer refused = reload(gateway, RunningGateway.MASTER);
        assertThat(refused.status()).as(bad).isEqualTo(400);
        assertThat(refused.body()).contains("Failed to reload model cost map");
      }
      assertThat(cost(gateway.chat(key))).isEqualTo("0.00005");
      assertThat(reload(gateway, key).status()).isIn(401, 403);
    }
  }

  private static RawClient.Answer reload(RunningGateway gateway, String key) throws IOException {
    return gateway.post("/reload/model_cost_map", key, "{}");
  }

  private static String cost(RawClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return String.valueOf(answer.headers().get("x-litellm-response-cost"));
  }

  @Test
  void discountAndMarginAreInTheChargeAndInTheHeaders() throws IOException {
    FakeProvider provider = new FakeProvider();
    String config =
        RunningGateway.config(provider)
            .replace(
                "litellm_settings:\n",
                """
                litellm_settings:
                  cost_discount_config: {openai: 0.5}
                  cost_margin_config: {global: 0.9, openai: {percentage: 0.1, fixed_amount: 0.001}}
                """);
    try (RunningGateway gateway = new RunningGateway(TestGateway.Setup.of(config), provider)) {
      String key = gateway.key(Terms.open());
      provider.answers(FakeProvider.whole(200, Shape.CHAT.whole()));
      RawClient.Answer answer = gateway.chat(key);
      // 12 × 150 + 7 × 600 = 6000 nano-dollars; half of it; a tenth on it and a thousandth dollar
      assertThat(cost(answer)).isEqualTo("0.0010033");
      assertThat(answer.headers())
          .containsEntry("x-litellm-response-cost-original", "0.000006")
          .containsEntry("x-litellm-response-cost-discount-amount", "0.000003")
          .containsEntry("x-litellm-response-cost-margin-amount", "0.0010003")
          .containsEntry("x-litellm-response-cost-margin-percent", "0.1");
      assertThat(gateway.rows(key).getFirst().spend()).isEqualTo(Money.ofNanos(1_003_300));
    }
  }

  private static RunningGateway priced(FakeProvider provider, String model, String prices) {
    return new RunningGateway(
        TestGateway.Setup.of(
            """
            model_list:
              - model_name: gpt-test
                litellm_params: {model: '%s', api_base: '%s', api_key: sk-provider, %s}
            """
                .formatted(model, provider.base(), prices)),
        provider);
  }

  @Test
  void theOperatorsPricesCountBeforeWhatTheProviderSaysItCharges() throws IOException {
    String said = Shape.CHAT.whole().replace("\"total_tokens\"", "\"cost\":0.5,\"total_tokens\"");
    String none = said.replace("0.5", "0");
    FakeProvider provider = new FakeProvider();
    String own = "input_cost_per_token: 0.001, output_cost_per_token: 0.001";
    try (RunningGateway gateway = priced(provider, "openrouter/openai/gpt-4o", own)) {
      String key = gateway.key(Terms.open());
      for (String reply : List.of(said, none)) {
        provider.answers(FakeProvider.whole(200, reply));
        assertThat(cost(gateway.chat(key))).isEqualTo("0.019");
      }
    }
    FakeProvider other = new FakeProvider();
    try (RunningGateway gateway = priced(other, "openrouter/openai/gpt-4o", "timeout: 30")) {
      other.answers(FakeProvider.whole(200, said));
      assertThat(cost(gateway.chat(gateway.key(Terms.open())))).isEqualTo("0.5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"input_cost_per_second", "output_cost_per_second"})
  void tokensThatArePaidByTheSecondCostWhatTheProviderTook(String price) throws IOException {
    FakeProvider provider = new FakeProvider();
    try (RunningGateway gateway = priced(provider, "openai/foo", price + ": 1000")) {
      String key = gateway.key(Terms.open());
      for (Shape shape : List.of(Shape.CHAT, Shape.EMBEDDING)) {
        provider.answers(
            (request, _) ->
                provider
                    .vertx()
                    .setTimer(
                        60,
                        _ ->
                            request
                                .response()
                                .putHeader("content-type", "application/json")
                                .end(shape.whole())));
        String told = cost(gateway.post(shape.path(), key, shape.body(false)));
        assertThat(Double.parseDouble(told)).isBetween(59.0, 30_000.0);
      }
    }
  }
}
