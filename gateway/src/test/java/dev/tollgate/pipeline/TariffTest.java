package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Item;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codecs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is held for a call before anybody has served it. */
class TariffTest {
  private static Deployment at(@Nullable Pricing pricing) {
    return new Deployment(
        "id-1",
        "group",
        "p",
        "m",
        "p/m",
        "https://provider.test",
        Map.of(),
        Map.of(),
        null,
        BodyRules.NONE,
        pricing,
        Deployment.Limits.NONE,
        List.of(),
        null,
        Map.of());
  }

  private static Request request(Operation operation, String body) {
    Endpoint endpoint =
        new Endpoint(operation.path(), operation.path(), "", operation, null, null, false);
    return Codecs.of(operation).readRequest(endpoint, body.getBytes(UTF_8));
  }

  private static String held(Operation operation, String body, String... prices) {
    Pricing expected =
        new Tariff(request(operation, body), false).expected(at(PriceTags.of(prices)));
    return Objects.requireNonNull(expected)
        .rates(null, 0)
        .price(Item.REQUEST)
        .dollars()
        .stripTrailingZeros()
        .toPlainString();
  }

  @Test
  void imagesAreHeldByTheirNumber() {
    String three = "{\"model\":\"m\",\"prompt\":\"a\",\"n\":3}";
    assertThat(held(Operation.IMAGE_GENERATION, three, "output_cost_per_image", "0.04"))
        .isEqualTo("0.12");
    assertThat(
            held(
                Operation.IMAGE_GENERATION,
                "{\"model\":\"m\",\"prompt\":\"a\",\"n\":2,\"size\":\"1024x1536\","
                    + "\"quality\":\"low\"}",
                "output_cost_per_image_token",
                "0.00004",
                "input_cost_per_token",
                "0"))
        .isEqualTo("0.03264"); // 2 × 408 tokens
    assertThat(
            held(
                Operation.IMAGE_GENERATION,
                "{\"model\":\"m\",\"prompt\":\"a\",\"size\":\"1000x1000\"}",
                "input_cost_per_pixel",
                "0.00000004"))
        .isEqualTo("0.04");
  }

  @Test
  void speechIsHeldByItsCharactersAndSearchesByTheirDocuments() {
    assertThat(
            held(
                Operation.SPEECH,
                "{\"model\":\"m\",\"voice\":\"v\",\"input\":\"hello\"}",
                "input_cost_per_character",
                "0.00001"))
        .isEqualTo("0.00007"); // with the quotes
    String documents = "\"d\",".repeat(100) + "\"d\"";
    assertThat(
            held(
                Operation.RERANK,
                "{\"model\":\"m\",\"query\":\"q\",\"documents\":[" + documents + "]}",
                "input_cost_per_query",
                "0.002"))
        .isEqualTo("0.004"); // 101 of them are two searches
  }

  @Test
  void soundIsHeldByWhatItsBytesMayLast() {
    String form =
        String.join(
            "\r\n",
            "--b",
            "content-disposition: form-data; name=\"model\"",
            "",
            "m",
            "--b",
            "content-disposition: form-data; name=\"file\"; filename=\"a.mp3\"",
            "",
            "x".repeat(4_000),
            "--b--",
            "");
    assertThat(held(Operation.TRANSCRIPTION, form, "input_cost_per_second", "0.0001"))
        .isEqualTo("0.0003");
  }

  @Test
  void theTierThatIsAskedForIsHeld() {
    Pricing pricing =
        PriceTags.of(
            "input_cost_per_token", "1e-6",
            "output_cost_per_token", "2e-6",
            "input_cost_per_token_priority", "3e-6");
    String body = "{\"model\":\"m\",\"messages\":[],\"service_tier\":\"priority\"}";
    Pricing expected =
        Objects.requireNonNull(
            new Tariff(request(Operation.CHAT, body), false).expected(at(pricing)));
    assertThat(expected.rates(null, 0).price(Item.INPUT).dollars()).isEqualByComparingTo("3e-6");
    assertThat(expected.rates(null, 0).price(Item.OUTPUT).dollars()).isEqualByComparingTo("2e-6");
    Request plain = request(Operation.CHAT, "{\"model\":\"m\",\"messages\":[]}");
    assertThat(new Tariff(plain, false).expected(at(pricing))).isSameAs(pricing);
  }

  @Test
  void aCallerCannotChooseItsPriceByATierThatTheProviderNeverHeardOf() {
    Pricing pricing =
        PriceTags.of(
            "input_cost_per_token", "2e-6",
            "output_cost_per_token", "0",
            "input_cost_per_token_batches", "1e-6",
            "input_cost_per_token_flex", "1e-6");
    for (String tier : List.of("batch", "flex")) {
      Request asking =
          request(
              Operation.CHAT,
              "{\"model\":\"m\",\"messages\":[],\"service_tier\":\"" + tier + "\"}");
      Deployment deaf = at(pricing).withRules(BodyRules.NONE.dropping("service_tier"));
      assertThat(new Tariff(asking, false).charge(deaf, Usage.of(10, 0)).cost().nanos())
          .as(tier)
          .isEqualTo(20_000);
      Deployment told = at(pricing);
      assertThat(new Tariff(asking, false).charge(told, Usage.of(10, 0)).cost().nanos())
          .as(tier)
          .isEqualTo(tier.equals("batch") ? 20_000 : 10_000);
    }
  }

  @Test
  void whatHasNoPriceIsRefusedOnlyWhereTheOperatorWantsThat() {
    Request plain = request(Operation.CHAT, "{\"model\":\"m\",\"messages\":[]}");
    assertThat(new Tariff(plain, false).expected(at(null))).isNull();
    assertThatThrownBy(() -> new Tariff(plain, true).expected(at(null)))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused ->
                assertThat(refused.failure())
                    .isInstanceOfSatisfying(
                        Failure.ModelDenied.class,
                        denied -> assertThat(denied.type()).isEqualTo("model_cost_map_missing")));
    Request counting =
        request(
            Operation.COUNT_TOKENS,
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(new Tariff(counting, true).expected(at(null))).isSameAs(Pricing.FREE);
  }
}
