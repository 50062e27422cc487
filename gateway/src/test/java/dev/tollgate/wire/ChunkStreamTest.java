package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static dev.tollgate.wire.Samples.edited;
import static dev.tollgate.wire.Samples.quirky;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import org.junit.jupiter.api.Test;

class ChunkStreamTest {
  private static final String HEAD =
      "data: {\"id\":\"c1\",\"created\":5,\"model\":\"gpt\",\"choices\":";
  private static final String SHOWN =
      "data: {\"id\":\"c1\",\"created\":5,\"model\":\"mine\",\"choices\":";
  private static final String ASKED = ",\"stream_options\":{\"include_usage\":true}";
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}";

  private static StreamEdit stream(String extra, Deployment deployment) {
    return OPENAI.stream(
        chat(
            "{\"model\":\"mine\",\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
                + extra
                + "}"),
        deployment,
        Samples.shown("mine"));
  }

  private static String chunk(String head, String delta, String more) {
    return head + "[{\"index\":0,\"delta\":" + delta + "}]" + more + "}\n\n";
  }

  @Test
  void theModelsNameIsTheClients() {
    StreamEdit stream = stream("", PLAIN);
    assertThat(edited(stream, chunk(HEAD, "{\"content\":\"a\\\"b\"}", ",\"x\": 1")))
        .isEqualTo(chunk(SHOWN, "{\"content\":\"a\\\"b\"}", ",\"x\": 1"));
    assertThat(stream.id()).isEqualTo("c1");
    assertThat(stream.sawContent()).isTrue();
    assertThat(text(stream.outputText().beginning())).isEqualTo("a\"b");
  }

  @Test
  void anEventThatNeedsNoEditIsNotCopied() {
    StreamEdit stream = OPENAI.stream(chat("{\"messages\":[]}"), PLAIN, Samples.shown(null));
    byte[] event = bytes(chunk(HEAD, "{}", ""));
    assertThat(stream.edit(event, 0, event.length)).isSameAs(event);
    byte[] comment = bytes(": ping\n\n");
    assertThat(stream.edit(comment, 0, comment.length)).isSameAs(comment);
  }

  @Test
  void usageNotAskedForIsReadAndKept() {
    StreamEdit stream = stream("", PLAIN);
    assertThat(edited(stream, chunk(HEAD, "{}", ",\"usage\":null")))
        .isEqualTo(chunk(SHOWN, "{}", ""));
    assertThat(edited(stream, "data: {\"usage\":null ,\"choices\":[{}]}\n\n"))
        .isEqualTo("data: {\"choices\":[{}]}\n\n");
    assertThat(edited(stream, chunk(HEAD, "{}", "," + USAGE + ",\"y\":2")))
        .isEqualTo(chunk(SHOWN, "{}", ",\"y\":2"));
    assertThat(edited(stream, HEAD + "[]," + USAGE + "}\n\n")).isEqualTo("null");
    assertThat(stream.usage()).isEqualTo(Usage.of(12, 7));
    assertThat(edited(stream, "data: [DONE]\n\n")).isEqualTo("data: [DONE]\n\n");
    assertThat(stream.done()).isTrue();
    assertThat(stream.ending()).isNull();
  }

  @Test
  void usageAskedForIsShownWithTheSplitThatLiteLlmAdds() {
    StreamEdit stream = stream(ASKED, PLAIN);
    assertThat(edited(stream, HEAD + "[]," + USAGE + "}\n\n"))
        .isEqualTo(
            SHOWN
                + "[],"
                + USAGE.substring(0, USAGE.length() - 1)
                + ",\"completion_tokens_details\":{\"reasoning_tokens\":0,\"text_tokens\":7}}}\n\n");
    assertThat(edited(stream, "data: [DONE]\n\n")).isEqualTo("data: [DONE]\n\n");
  }

  @Test
  void figuresStayUntilOthersAboveZeroCome() {
    StreamEdit stream = stream("", PLAIN);
    edited(stream, chunk(HEAD, "{}", "," + USAGE));
    edited(stream, chunk(HEAD, "{}", ",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":9}"));
    assertThat(stream.usage()).isEqualTo(Usage.of(12, 9));
    edited(stream, chunk(HEAD, "{}", ",\"usage\":{\"prompt_tokens\":0}"));
    assertThat(stream.usage()).isEqualTo(Usage.of(12, 9));
  }

  @Test
  void usageThatTheProviderForgotIsMadeUp() {
    StreamEdit stream = stream(ASKED, PLAIN);
    edited(stream, chunk(HEAD, "{\"content\":\"Hello world\"}", ""));
    String end = edited(stream, "data: [DONE]\n\n");
    assertThat(end)
        .startsWith(
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":5,"
                + "\"model\":\"mine\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,"
                + "\"completion_tokens\":2,")
        .endsWith("\n\ndata: [DONE]\n\n");
    assertThat(stream.usage()).isEqualTo(Usage.counted(5, 2));
  }

  @Test
  void groqsOldUsageIsShown() {
    StreamEdit stream = stream(ASKED, PLAIN);
    edited(stream, chunk(HEAD, "{}", ",\"x_groq\":{" + USAGE + "}"));
    assertThat(edited(stream, "data: [DONE]\n\n")).contains("\"prompt_tokens\":12");
  }

  @Test
  void aStreamThatEndsWithoutItsMarkGetsOne() {
    StreamEdit stream = stream("", PLAIN);
    edited(stream, HEAD + "[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    assertThat(stream.finished()).isTrue();
    assertThat(stream.done()).isFalse();
    assertThat(text(stream.ending())).isEqualTo("data: [DONE]\n\n");
  }

  @Test
  void anErrorEventIsAFailureAndNotForTheClient() {
    StreamEdit stream = stream("", PLAIN);
    assertThat(edited(stream, "data: {\"error\":{\"message\":\"boom\",\"code\":null}}\n\n"))
        .isEqualTo("null");
    assertThat(stream.failure())
        .isEqualTo(
            new Failure.UpstreamBroken(
                "litellm.APIConnectionError: APIConnectionError: OpenAIException - boom",
                "openai"));
    assertThat(edited(stream, "data: {\"error\":{\"message\":\"slow\",\"code\":429}}\n\n"))
        .isEqualTo("null");
    assertThat(stream.failure())
        .isInstanceOfSatisfying(
            Failure.UpstreamRefused.class, f -> assertThat(f.status()).isEqualTo(429));
  }

  @Test
  void garbageIsAFailure() {
    StreamEdit stream = stream("", PLAIN);
    for (String garbage : new String[] {"data: {nope\n\n", "data: 5\n\n", "data: {} x\n\n"}) {
      assertThat(edited(stream, garbage)).isEqualTo("null");
      assertThat(stream.failure()).isInstanceOf(Failure.UpstreamBroken.class);
    }
  }

  @Test
  void otherLinesOfAnEventStayAndSplitDataIsJoined() {
    StreamEdit stream = stream("", PLAIN);
    assertThat(edited(stream, "id: 7\r\ndata:{\"model\":\"x\"}\r\nevent: e\r\n\r\n"))
        .isEqualTo("id: 7\r\ndata:{\"model\":\"mine\"}\r\nevent: e\r\n\r\n");
    assertThat(edited(stream, "data: {\ndata: \"model\":\"x\"}\nid: 7\n\n"))
        .isEqualTo("id: 7\ndata: { \"model\":\"mine\"} \n\n");
  }

  @Test
  void azuresVerdictOnThePromptIsNoChunk() {
    assertThat(
            edited(
                stream("", PLAIN),
                "data: {\"choices\":[],\"id\":\"\",\"model\":\"\",\"prompt_filter_results\":[]}\n\n"))
        .isEqualTo("null");
  }

  @Test
  void reasoningIsCalledReasoningContent() {
    StreamEdit stream = stream("", quirky("reasoning_field"));
    assertThat(edited(stream, chunk(HEAD, "{\"reasoning\":\"Hm\",\"content\":\"\"}", "")))
        .isEqualTo(chunk(SHOWN, "{\"reasoning_content\":\"Hm\",\"content\":\"\"}", ""));
    String both = "{\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\"}";
    assertThat(edited(stream, chunk(HEAD, both, ""))).isEqualTo(chunk(SHOWN, both, ""));
  }

  @Test
  void aToolThatStoodForASchemaBecomesContent() {
    StreamEdit stream =
        stream(
            ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}",
            quirky("json_schema_as_tool"));
    assertThat(
            edited(
                stream,
                "data: {\"model\":\"x\",\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
                    + "\"function\":{\"name\":\"json_tool_call\",\"arguments\":\"{\"}}]},"
                    + "\"finish_reason\":null}]}\n\n"))
        .isEqualTo(
            "data: {\"model\":\"mine\",\"choices\":[{\"delta\":{\"content\":\"{\"},"
                + "\"finish_reason\":null}]}\n\n");
    assertThat(
            edited(
                stream,
                "data: {\"choices\":[{\"finish_reason\":\"tool_calls\",\"delta\":{}}]}\n\n"))
        .contains("\"finish_reason\":\"stop\"");
  }

  @Test
  void unknownFinishReasonsAreMapped() {
    assertThat(
            edited(
                stream("", quirky("finish_reason_map")),
                "data: {\"choices\":[{\"finish_reason\":\"insufficient_system_resource\"}]}\n\n"))
        .isEqualTo("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n");
  }

  @Test
  void theNamesAndArgumentsOfCallsCountAsOutput() {
    StreamEdit stream = stream("", PLAIN);
    edited(
        stream,
        chunk(
            HEAD,
            "{\"tool_calls\":[{\"id\":\"i\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
            ""));
    assertThat(text(stream.outputText().beginning())).isEqualTo("f{}");
  }
}
