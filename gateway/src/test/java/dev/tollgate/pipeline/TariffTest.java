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

  private static Tariff tariff(Request request) {
    return new Tariff(request, HostedTools.of(request), false);
  }

  private static String held(Operation operation, String body, String... prices) {
    Pricing expected = tariff(request(operation, body)).expected(at(PriceTags.of(prices)));
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
        Objects.requireNonNull(tariff(request(Operation.CHAT, body)).expected(at(pricing)));
    assertThat(expected.rates(null, 0).price(Item.INPUT).dollars()).isEqualByComparingTo("3e-6");
    assertThat(expected.rates(null, 0).price(Item.OUTPUT).dollars()).isEqualByComparingTo("2e-6");
    Request plain = request(Operation.CHAT, "{\"model\":\"m\",\"messages\":[]}");
    assertThat(tariff(plain).expected(at(pricing))).isSameAs(pricing);
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
      assertThat(
              new Tariff(asking, HostedTools.NONE, false)
                  .charge(deaf, Usage.of(10, 0))
                  .cost()
                  .nanos())
          .as(tier)
          .isEqualTo(20_000);
      Deployment told = at(pricing);
      assertThat(
              new Tariff(asking, HostedTools.NONE, false)
                  .charge(told, Usage.of(10, 0))
                  .cost()
                  .nanos())
          .as(tier)
          .isEqualTo(tier.equals("batch") ? 20_000 : 10_000);
    }
  }

  @Test
  void whatHasNoPriceIsRefusedOnlyWhereTheOperatorWantsThat() {
    Request plain = request(Operation.CHAT, "{\"model\":\"m\",\"messages\":[]}");
    assertThat(tariff(plain).expected(at(null))).isNull();
    assertThatThrownBy(() -> new Tariff(plain, HostedTools.NONE, true).expected(at(null)))
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
    assertThat(new Tariff(counting, HostedTools.NONE, true).expected(at(null)))
        .isSameAs(Pricing.FREE);
  }

  private static final String[] TOOL_PRICES = {
    "input_cost_per_token", "1e-6",
    "file_search_cost_per_1k_calls", "0.0025",
    "code_interpreter_cost_per_session", "0.03"
  };

  private static String responses(String tools) {
    return "{\"model\":\"m\",\"input\":\"hi\"," + tools + "}";
  }

  @Test
  void toolsOfTheProviderAreHeldByTheCallsThatTheClientAllows() {
    String files = "\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"v\"]}]";
    assertThat(held(Operation.RESPONSES, responses(files), TOOL_PRICES)).isEqualTo("0.025");
    String few = files + ",\"max_tool_calls\":3";
    assertThat(held(Operation.RESPONSES, responses(few), TOOL_PRICES)).isEqualTo("0.0075");
    String code =
        "\"tools\":[{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\","
            + "\"memory_limit\":\"4g\"}}]";
    assertThat(held(Operation.RESPONSES, responses(code), TOOL_PRICES)).isEqualTo("0.12");
    String kept = "\"prompt\":{\"id\":\"pmpt_1\"}";
    assertThat(held(Operation.RESPONSES, responses(kept), TOOL_PRICES)).isEqualTo("0.055");
    String own = "\"tools\":[{\"type\":\"function\",\"name\":\"file_search\"}]";
    assertThat(held(Operation.RESPONSES, responses(own), TOOL_PRICES)).isEqualTo("0");
  }

  @Test
  void searchesAreHeldInTheWordsOfEachDialect() {
    Map<Operation, String> asked =
        Map.of(
            Operation.CHAT,
            "{\"model\":\"m\",\"messages\":[],\"web_search_options\":{}}",
            Operation.MESSAGES,
            "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[],\"tools\":"
                + "[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":2}]}",
            Operation.GENERATE_CONTENT,
            "{\"contents\":[],\"tools\":[{\"googleSearch\":{}}]}");
    Map<Operation, String> calls =
        Map.of(Operation.CHAT, "1", Operation.MESSAGES, "2", Operation.GENERATE_CONTENT, "10");
    Pricing dollar =
        PriceTags.of(
            Map.of(
                "input_cost_per_token",
                "1e-6",
                "search_context_cost_per_query",
                Map.of("search_context_size_medium", "1")));
    asked.forEach(
        (operation, body) ->
            assertThat(
                    Objects.requireNonNull(tariff(request(operation, body)).expected(at(dollar)))
                        .rates(null, 0)
                        .price(Item.REQUEST)
                        .dollars())
                .as("%s", operation)
                .isEqualByComparingTo(Objects.requireNonNull(calls.get(operation))));
  }

  @Test
  void aContainerCostsByItsMemory() {
    Request large =
        request(
            Operation.RESPONSES,
            responses(
                "\"tools\":[{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\","
                    + "\"memory_limit\":\"16g\"}}]"));
    Usage used = Usage.of(0, 0).with(Usage.Detail.NONE.with(new Usage.Tools(2, 1)));
    assertThat(tariff(large).charge(at(PriceTags.of(TOOL_PRICES)), used).cost().nanos())
        .isEqualTo(485_000_000);
  }

  @Test
  void underAStrictBudgetTheProviderIsToldHowManyCallsAreHeld() {
    Request open =
        request(Operation.RESPONSES, responses("\"tools\":[{\"type\":\"file_search\"}]"));
    Request bounded = HostedTools.of(open).bounded(open);
    Request.Member bound = Objects.requireNonNull(bounded.member("max_tool_calls"));
    assertThat(new String(bounded.body(), UTF_8)).endsWith("}],\"max_tool_calls\":10}");
    assertThat(new String(bounded.body(), bound.key().from(), 16, UTF_8))
        .isEqualTo("\"max_tool_calls\"");
    assertThat(new String(bounded.body(), bound.value().from(), 2, UTF_8)).isEqualTo("10");
    Request own =
        request(
            Operation.RESPONSES,
            responses("\"tools\":[{\"type\":\"file_search\"}],\"max_tool_calls\":50"));
    assertThat(HostedTools.of(own).bounded(own)).isSameAs(own);
    Request none = request(Operation.RESPONSES, responses("\"tools\":[]"));
    assertThat(HostedTools.of(none).bounded(none)).isSameAs(none);
  }

  @Test
  void tokensThatArePaidByTheSecondAreHeldForAMinute() {
    String chat = "{\"model\":\"m\",\"messages\":[]}";
    assertThat(held(Operation.CHAT, chat, "input_cost_per_second", "0.01")).isEqualTo("0.6");
  }

  @Test
  void whatNobodySaidIsChargedAsItWasHeld() {
    assertThat(
            unsaid(
                Operation.SPEECH,
                "{\"input\":\"h\u00e9\\\"o\"}",
                "input_cost_per_character",
                "0.01"))
        .isEqualTo("0.04");
    assertThat(
            unsaid(
                Operation.RERANK,
                "{\"query\":\"a\",\"documents\":[\"b\"]}",
                "input_cost_per_query",
                "0.002"))
        .isEqualTo("0.002");
    assertThat(
            unsaid(
                Operation.IMAGE_GENERATION,
                "{\"prompt\":\"a\",\"n\":2}",
                "output_cost_per_image",
                "0.04"))
        .isEqualTo("0.08");
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
            + "x".repeat(4_000)
            + "\r\n--b--\r\n";
    assertThat(unsaid(Operation.TRANSCRIPTION, form, "input_cost_per_second", "0.001"))
        .isEqualTo("0.003");
  }

  private static String unsaid(Operation operation, String body, String... prices) {
    Request request = request(operation, body);
    Usage usage = Estimate.completed(request, Usage.counted(7, 0), false);
    return tariff(request)
        .charge(at(PriceTags.of(prices)), usage)
        .cost()
        .dollars()
        .stripTrailingZeros()
        .toPlainString();
  }
}
