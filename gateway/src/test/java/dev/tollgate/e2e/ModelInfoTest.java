package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What applications are told of a model before they call it. */
class ModelInfoTest {
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        """
        model_list:
          - model_name: pair
            litellm_params:
              model: openai/cheap
              api_base: %1$s
              rpm: 7
              tpm: 100
              input_cost_per_token: 0.001
              output_cost_per_token: 0.002
            model_info: {id: first, max_input_tokens: 1000}
          - model_name: pair
            litellm_params:
              model: openai/dear
              api_base: %1$s
              rpm: 5
              input_cost_per_token: 0.003
              output_cost_per_token: 0.001
            model_info: {max_input_tokens: 4000}
          - model_name: unpriced
            litellm_params: {model: openai/nobody-knows-it, api_base: %1$s}
        """
            .formatted(provider.base());
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static JsonNode get(String path) throws IOException {
    String body = gateway.get(path, RunningGateway.MASTER).ok().body();
    return JsonMapper.shared().readTree(body).path("data").path(0);
  }

  @Test
  void aModelTellsItsPricesAndLimits() throws Exception {
    JsonNode info = get("/model/info?litellm_model_id=first");
    assertThat(info.at("/model_info/input_cost_per_token").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.001"));
    assertThat(info.at("/model_info/output_cost_per_token").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.002"));
    assertThat(info.at("/litellm_params/rpm").asInt()).isEqualTo(7);
    assertThat(info.at("/litellm_params/tpm").asInt()).isEqualTo(100);
    assertThat(info.toString()).doesNotContain("api_key");
  }

  @Test
  void aGroupTellsTheMostOfEach() throws Exception {
    JsonNode group = get("/model_group/info?model_group=pair");
    assertThat(group.path("input_cost_per_token").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.003"));
    assertThat(group.path("output_cost_per_token").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.002"));
    assertThat(group.path("max_input_tokens").asInt()).isEqualTo(4000);
    assertThat(group.path("rpm").asInt()).isEqualTo(12);
  }

  @Test
  void aModelWithoutPricesHasNone() throws Exception {
    JsonNode group = get("/model_group/info?model_group=unpriced");
    assertThat(group.path("input_cost_per_token").isNull()).isTrue();
    assertThat(group.path("max_input_tokens").isNull()).isTrue();
  }
}
