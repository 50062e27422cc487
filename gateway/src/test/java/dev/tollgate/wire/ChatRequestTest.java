package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static dev.tollgate.wire.Samples.deployment;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.forwarded;
import static dev.tollgate.wire.Samples.quirky;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {
  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @Test
  void onlyTheModelsNameChanges() {
    assertThat(forwarded("{ \"model\" : \"a/b\",\n" + HI + " , \"x\":[1, {}]\t}\n", PLAIN))
        .isEqualTo("{ \"model\" : \"gpt-4o-mini\",\n" + HI + " , \"x\":[1, {}]\t}\n");
  }

  @Test
  void aModelFromThePathIsPutIn() {
    assertThat(forwarded("{" + HI + "}", PLAIN))
        .isEqualTo("{" + HI + ",\"model\":\"gpt-4o-mini\"}");
  }

  @Test
  void whatOnlyTheGatewayReadsGoesNoFurther() {
    assertThat(
            forwarded(
                "{\"api_key\":\"sk-x\",\"model\":\"m\",\"api_base\":\"http://evil\","
                    + HI
                    + ",\"extra_headers\":{\"a\":1},\"num_retries\":3,\"temperature\":null,"
                    + "\"base_url\":\"x\",\"metadata\":{\"t\":1}, \"tags\":[\"a\"]}",
                PLAIN))
        .isEqualTo("{\"model\":\"gpt-4o-mini\"," + HI + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"api_key\":1}", "{\"a\":null}", "{}", "{ }", "{\"a\":null,\"b\":null}"})
  void aBodyOfWhichNothingStaysIsStillAnObject(String extra) {
    Request request =
        RESPONSES.readRequest(Samples.at(Operation.RESPONSES), bytes("{\"input\":\"x\"}"));
    Deployment drops =
        deployment(
            "openai",
            new BodyRules(
                Map.of(),
                Set.of(),
                false,
                Set.of("input", "model"),
                Map.of(),
                Map.of("model", "\"m\""),
                false,
                Set.of()));
    assertThat(text(RESPONSES.requestFor(request, drops, null))).isEqualTo("{\"model\":\"m\"}");
    String merged =
        extra.replaceFirst("\\{", "{\"input\":\"x\"" + (extra.contains(":") ? "," : ""));
    Request more = RESPONSES.readRequest(Samples.at(Operation.RESPONSES), bytes(merged));
    assertThat(text(RESPONSES.requestFor(more, drops, null)).replace(" ", ""))
        .isEqualTo("{\"model\":\"m\"}");
  }

  @Test
  void metadataOfResponsesIsTheProviders() {
    Request request =
        RESPONSES.readRequest(
            Samples.at(Operation.RESPONSES),
            bytes("{\"model\":\"m\",\"input\":\"x\",\"metadata\":{\"tags\":[\"t\"]}}"));
    assertThat(text(RESPONSES.requestFor(request, PLAIN, null)))
        .isEqualTo("{\"model\":\"gpt-4o-mini\",\"input\":\"x\",\"metadata\":{\"tags\":[\"t\"]}}");
    assertThat(request.controls().tags()).containsExactly("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"stream\":true}|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":null}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{\"x\":1}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1}}",
        "{\"stream\":true,\"stream_options\":{\"x\":1,\"include_usage\":false }}"
            + "|{\"stream\":true,\"stream_options\":{\"x\":1,\"include_usage\":true }}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":false}|{\"stream\":false}",
      })
  void usageIsAskedForOnStreams(String sent, String expected) {
    String head = "{\"model\":\"gpt-4o-mini\"," + HI + ",";
    assertThat(forwarded(head + sent.substring(1), PLAIN)).isEqualTo(head + expected.substring(1));
  }

  @Test
  void nullsInMessagesAreTakenOutWithTheirCommas() {
    assertThat(
            forwarded(
                "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"content\":null,\"name\":null,"
                    + "\"role\":\"assistant\",\"x\":null , \"tool_calls\":[{\"id\":null}],"
                    + "\"y\":null},{\"a\":null},{\"a\":null,\"b\":null }]}",
                PLAIN))
        .isEqualTo(
            "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"assistant\" ,"
                + " \"tool_calls\":[{\"id\":null}]},{},{ }]}");
  }

  @Test
  void developerBecomesSystemWhereTheProviderKnowsNoDeveloper() {
    Deployment azure =
        deployment(
            "azure",
            new BodyRules(Map.of(), Set.of(), false, Set.of(), Map.of(), Map.of(), true, Set.of()));
    String body =
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"content\":null,\"role\":\"developer\"},"
            + "{\"role\":\"developer\",\"content\":\"developer\",\"n\":null}]}";
    assertThat(forwarded(body, azure))
        .isEqualTo(
            "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\"},"
                + "{\"role\":\"system\",\"content\":\"developer\"}]}");
  }

  @Test
  void rulesRenameDropDefaultAndAdd() {
    Deployment ruled =
        deployment(
            "x",
            new BodyRules(
                Map.of("max_completion_tokens", "max_tokens"),
                Set.of(),
                false,
                Set.of("seed"),
                Map.of("temperature", "0.1", "max_tokens", "33"),
                Map.of("vendor", "{\"a\":1}"),
                false,
                Set.of()));
    String head = "{\"model\":\"gpt-4o-mini\"," + HI;
    assertThat(forwarded(head + ",\"max_completion_tokens\":77,\"seed\":1,\"vendor\":2}", ruled))
        .isEqualTo(head + ",\"max_tokens\":77,\"temperature\":0.1,\"vendor\":{\"a\":1}}");
    assertThat(forwarded(head + ",\"max_completion_tokens\":77,\"max_tokens\":5}", ruled))
        .startsWith(head + ",\"max_tokens\":5,\"temperature\"");
  }

  @Test
  void unsupportedParametersAreRefusedDroppedOrInsistedOn() {
    BodyRules rules =
        new BodyRules(
            Map.of(),
            Set.of("stop", "frequency_penalty", "stream_options"),
            false,
            Set.of(),
            Map.of(),
            Map.of(),
            false,
            Set.of());
    Deployment xai = deployment("xai", rules);
    String head = "{\"model\":\"gpt-4o-mini\"," + HI;
    String tail = ",\"stop\":[\"x\"],\"frequency_penalty\":0.2,\"stream_options\":{}";
    assertThat(failureOf(() -> forwarded(head + tail + "}", xai)))
        .isEqualTo(
            new Failure.BadRequest(
                "litellm.UnsupportedParamsError: xai does not support parameters: ['stop',"
                    + " 'frequency_penalty'], for model=gpt-4o-mini. To drop these, set"
                    + " `litellm.drop_params=True` or for proxy:\n\n`litellm_settings:\n"
                    + " drop_params: true`\n. \n If you want to use these params dynamically send"
                    + " allowed_openai_params=['stop', 'frequency_penalty'] in your request.",
                null));
    assertThat(forwarded(head + tail + ",\"drop_params\":true}", xai)).isEqualTo(head + "}");
    assertThat(
            forwarded(
                head
                    + ",\"stop\":[\"x\"],\"allowed_openai_params\":[\"stop\"],"
                    + "\"frequency_penalty\":null}",
                xai))
        .isEqualTo(head + ",\"stop\":[\"x\"]}");
  }

  @Test
  void aJsonSchemaBecomesATool() {
    String format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"p\","
            + "\"schema\":{\"type\":\"object\"}}}";
    String head = "{\"model\":\"gpt-4o-mini\"," + HI;
    assertThat(forwarded(head + format + ",\"tools\":[]}", quirky("json_schema_as_tool")))
        .isEqualTo(
            head
                + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"json_tool_call\","
                + "\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":{\"type\":\"function\","
                + "\"function\":{\"name\":\"json_tool_call\"}}}");
    assertThat(forwarded(head + format + ",\"tools\":[{}]}", quirky("json_schema_as_tool")))
        .isEqualTo(head + format + ",\"tools\":[{}]}");
  }

  @Test
  void theScanFindsWhatTheGatewayNeeds() {
    Request request =
        chat(
            "{\"model\":\"a\\u002fb\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + HI
                + ",\"max_tokens\":5,\"max_completion_tokens\":7,\"n\":3,\"user\":\"u\","
                + "\"num_retries\":1,\"timeout\":2.5,\"fallbacks\":[\"x\",{\"model\":\"y\"}],"
                + "\"tags\":[\"t\"],\"metadata\":{\"tags\":[\"u\",\"t\"],\"session_id\":\"s\"},"
                + "\"disable_fallbacks\":true}");
    assertThat(request.model()).isEqualTo("a/b");
    assertThat(request.stream()).isTrue();
    assertThat(request.usageWanted()).isTrue();
    assertThat(request.outputTokensMax()).isEqualTo(7);
    assertThat(request.choices()).isEqualTo(3);
    assertThat(request.endUser()).isEqualTo("u");
    assertThat(request.controls())
        .isEqualTo(
            new Request.Controls(
                1,
                2.5,
                List.of("x", "y"),
                true,
                null,
                List.of(),
                List.of("t", "u"),
                "s",
                null,
                null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"model\":\"m\"}|/chat/completions: Missing required parameter: 'messages'.|messages",
        "{\"messages\":null}|/chat/completions: Missing required parameter: 'messages'.|messages",
        "~~|/chat/completions: Missing required parameter: 'messages'.|messages",
        "{\"messages\":\"hi\"}|Invalid request format: 'messages' must be a list of objects.|",
        "{\"messages\":[\"hi\"]}|Invalid request format: each of 'messages' must be an object.|",
        "{\"model\":5,\"messages\":[]}|'model' must be a string.|model",
        "{\"stream\":\"true\",\"messages\":[]}|'stream' must be a boolean.|stream",
        "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}|Duplicate parameter: 'model'. Send it once.|model",
        "{\"model\":null,\"model\":\"b\"}|Duplicate parameter: 'model'. Send it once.|model",
        "{\"model\":\"mock-gpt\",|Invalid JSON payload: unexpected end of data: line 1 column 21"
            + " (char 20)|request_body",
        "[]|Invalid JSON payload: expected a JSON object|request_body",
        "{} {}|Invalid JSON payload: unexpected content after the JSON object|request_body",
      })
  void aBadRequestSaysWhatIsWrong(String body, String message, String param) {
    assertThat(failureOf(() -> chat(body))).isEqualTo(new Failure.BadRequest(message, param));
  }

  @Test
  void mockTestingParametersAreRefused() {
    assertThat(failureOf(() -> chat("{" + HI + ",\"mock_testing_fallbacks\":true}")).message())
        .startsWith(
            "Mock testing request params are disabled on this proxy: mock_testing_fallback");
  }

  @Test
  void eachOperationNeedsItsInput() {
    assertThat(failureOf(() -> OPENAI.readRequest(Samples.at(Operation.EMBEDDING), bytes("{}"))))
        .isEqualTo(
            new Failure.BadRequest("/embeddings: Missing required parameter: 'input'.", "input"));
    assertThat(
            failureOf(() -> OPENAI.readRequest(Samples.at(Operation.COMPLETION), bytes("{}")))
                .status())
        .isEqualTo(400);
    assertThat(failureOf(() -> RESPONSES.readRequest(Samples.at(Operation.RESPONSES), bytes("{}"))))
        .isEqualTo(
            new Failure.BadRequest("/responses: Missing required parameter: 'input'.", "input"));
  }

  @Test
  void aVeryDeepBodyIsRefusedQuickly() {
    long begun = System.nanoTime();
    String deep = "{\"messages\":[{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}]}";
    assertThat(failureOf(() -> chat(deep)).status()).isEqualTo(400);
    assertThat(failureOf(() -> chat("{\"a\":".repeat(100_000))).message()).contains("512");
    assertThat(System.nanoTime() - begun).isLessThan(1_000_000_000L);
  }
}
