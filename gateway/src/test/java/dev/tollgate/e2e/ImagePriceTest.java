package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Images whose price depends on their quality and size, by the built-in catalogue: DALL-E 3 on
 * Azure, at 8.39233E-8 dollars a pixel for hd squares, 7.19343E-8 for other hd, 4.19617E-8 and
 * 4.79562E-8 for standard ones.
 */
class ImagePriceTest {
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        """
        model_list:
          - model_name: dall-e-3
            litellm_params:
              model: azure/dall-e-3
              api_base: %s
              api_key: sk-provider
              api_version: "2024-02-01"
          - model_name: named-otherwise
            litellm_params:
              model: azure/our-images
              api_base: %s
              api_key: sk-provider
              api_version: "2024-02-01"
            model_info:
              base_model: azure/dall-e-3
          - model_name: own-price
            litellm_params:
              model: azure/dall-e-3
              api_base: %s
              api_key: sk-provider
              api_version: "2024-02-01"
              output_cost_per_image: 0.5
        litellm_settings:
          num_retries: 0
          block_requests_for_models_without_pricing: true
        """
            .formatted(provider.base(), provider.base(), provider.base());
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static RawClient.Answer images(String key, String model, String more, int count)
      throws IOException {
    gateway
        .provider()
        .answers(
            FakeProvider.whole(
                200,
                "{\"created\":1,\"data\":["
                    + "{\"url\":\"https://images.test/1\"},".repeat(count - 1)
                    + "{\"url\":\"https://images.test/0\"}]}"));
    return gateway.post(
        "/v1/images/generations",
        key,
        "{\"model\":\"" + model + "\",\"prompt\":\"a cat\"" + more + "}");
  }

  private static String strictKey() throws IOException {
    RawClient.Answer made =
        gateway.post(
            "/key/generate",
            RunningGateway.MASTER,
            "{\"max_budget\":0.1,\"metadata\":{\"budget_enforcement\":\"strict\"}}");
    return JsonMapper.shared().readTree(made.body()).path("key").asString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 4.19617E-8 × 1024 × 1024
        "dall-e-3||1|44000032",
        "dall-e-3|,\"size\":\"1024x1024\",\"quality\":\"standard\"|1|44000032",
        // 8.39233E-8 × 1024 × 1024
        "dall-e-3|,\"size\":\"1024x1024\",\"quality\":\"hd\"|1|87999958",
        // 2 × 7.19343E-8 × 1024 × 1792
        "dall-e-3|,\"size\":\"1024x1792\",\"quality\":\"hd\",\"n\":2|2|264000032",
        // 4.79562E-8 × 1792 × 1024
        "dall-e-3|,\"size\":\"1792x1024\"|1|88000011",
        "named-otherwise|,\"quality\":\"hd\"|1|87999958",
        // what the catalogue does not have costs what the dearest does: 7.19343E-8 × 1024 × 1792
        "dall-e-3|,\"size\":\"4096x4096\",\"quality\":\"ultra\"|1|132000016",
        "own-price|,\"quality\":\"hd\"|1|500000000"
      })
  void anImageCostsWhatItsQualityAndSizeDo(String model, String more, int count, long nanos)
      throws Exception {
    String key = gateway.key(Terms.budget(Money.ofNanos(10_000_000_000L)));
    RawClient.Answer answer = images(key, model, more == null ? "" : more, count);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(nanos));
    assertThat(answer.headers().get("x-litellm-response-cost"))
        .isEqualTo(Money.ofNanos(nanos).dollars().stripTrailingZeros().toPlainString());
  }

  @Test
  void aStrictBudgetHoldsTheImagesThatAreAskedFor() throws Exception {
    String key = strictKey();
    assertThat(images(key, "dall-e-3", ",\"quality\":\"hd\",\"n\":2", 2).status()).isEqualTo(422);
    assertThat(images(key, "dall-e-3", ",\"quality\":\"hd\"", 1).status()).isEqualTo(200);
    assertThat(images(key, "dall-e-3", "", 1).status()).isEqualTo(422);
  }

  @Test
  void theModelHasNoPriceForAnythingElse() throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/v1/chat/completions",
            gateway.key(Terms.open()),
            RunningGateway.chatBody(false).replace("gpt-test", "dall-e-3"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("has no price in the model cost map");
  }
}
