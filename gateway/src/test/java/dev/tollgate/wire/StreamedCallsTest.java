package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.openai.ChatProvider;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls of tools in chunks of compatible providers, for clients of other dialects. */
class StreamedCallsTest {
  private static final String F =
      "{'index':0,'id':'call_a','function':{'name':'f','arguments':''}}";
  private static final String G =
      "{'index':1,'id':'call_b','function':{'name':'g','arguments':''}}";

  private static String delta(String members) {
    return "{'index':0,'delta':{" + members + "}}";
  }

  private static String calls(String... calls) {
    return delta("'tool_calls':[" + String.join(",", calls) + "]");
  }

  private static String more(int index, String arguments) {
    return calls("{'index':" + index + ",'function':{'arguments':" + arguments + "}}");
  }

  private static byte[] stream(String reason, String... choices) {
    StringBuilder stream = new StringBuilder();
    for (String choice : choices) {
      stream.append("data: {'id':'r','choices':[").append(choice).append("]}\n\n");
    }
    stream.append("data: {'id':'r','choices':[{'index':0,'delta':{},'finish_reason':'");
    stream.append(reason).append("'}]}\n\ndata: [DONE]\n\n");
    return bytes(stream.toString().replace('\'', '"'));
  }

  private static Reply folded(String... choices) {
    ChatProvider provider = new ChatProvider();
    EventFold fold = new EventFold();
    EventReader reader = provider.events(AnthropicSamples.chat(null, null), PLAIN);
    Replies.feed(
        provider.framing(8 << 20), reader, stream("tool_calls", choices), new Random(1), fold);
    return fold.reply();
  }

  private static List<Part> parts(String... choices) {
    return folded(choices).choices().getFirst().parts();
  }

  private static Request messages() {
    return AnthropicSamples.ask();
  }

  @Test
  void argumentsGoToTheCallOfTheirNumber() {
    assertThat(
            parts(
                calls(F),
                calls(G),
                more(0, "'{\\'a\\':1}'"),
                more(1, "'{\\'b\\':'"),
                more(1, "'2}'")))
        .containsExactly(
            Part.ToolCall.of("call_a", "f", "{\"a\":1}"),
            Part.ToolCall.of("call_b", "g", "{\"b\":2}"));
  }

  @Test
  void aCallWithoutArgumentsHidesNoOther() {
    assertThat(parts(calls(F), calls(G), more(1, "'{\\'b\\':2}'")))
        .containsExactly(
            Part.ToolCall.of("call_a", "f", ""), Part.ToolCall.of("call_b", "g", "{\"b\":2}"));
  }

  @Test
  void wordsInTheMidstOfACallComeBehindIt() {
    assertThat(
            parts(
                calls(F),
                delta(
                    "'content':'\\n'," + "'tool_calls':[{'index':0,'function':{'arguments':'{'}}]"),
                delta("'content':'So.'"),
                more(0, "'}'")))
        .containsExactly(Part.ToolCall.of("call_a", "f", "{}"), Part.Text.of("So."));
  }

  @Test
  void argumentsMayBeAnObject() {
    assertThat(parts(calls(F), more(0, "{'a':1}")))
        .containsExactly(Part.ToolCall.of("call_a", "f", "{\"a\":1}"));
  }

  @Test
  void callsWithoutIdsGetTheSameStreamedAndWhole() {
    String calls =
        "{'index':0,'function':{'name':'f','arguments':'{}'}},"
            + "{'index':0,'function':{'name':'g','arguments':'{}'}}";
    String whole =
        "{'id':'r','choices':[{'index':0,'finish_reason':'tool_calls','message':{'tool_calls':["
            + calls
            + "]}}]}";

    List<Part> parts = parts(calls(calls));

    assertThat(parts).hasSize(2).doesNotHaveDuplicates();
    assertThat(parts)
        .allSatisfy(part -> assertThat(((Part.ToolCall) part).id()).matches("call_[0-9a-f]{28}"));
    assertThat(
            new ChatProvider()
                .readReply(
                    AnthropicSamples.chat(null, null), PLAIN, bytes(whole.replace('\'', '"')))
                .choices()
                .getFirst()
                .parts())
        .isEqualTo(parts);
  }

  @Test
  void aCallThatGoesOnAfterItsEndIsAnError() {
    assertThatThrownBy(
            () ->
                parts(
                    calls(F), more(0, "'{}'"), calls(G), more(1, "'{}'"), more(0, "'{\\'a\\':1}'")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("goes on after its end");
  }

  @Test
  void whatWaitsIsBounded() {
    String[] choices = new String[7];
    choices[0] = calls(F);
    choices[1] = calls(G);
    for (int i = 2; i < choices.length; i++) {
      choices[i] = more(1, "'" + "x".repeat(1 << 20) + "'");
    }
    assertThatThrownBy(() -> parts(choices))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void stopBesideACallMeansTheCall() {
    Codec codec = Codecs.between(Operation.MESSAGES, Operation.CHAT);
    StreamEdit edit = codec.stream(messages(), PLAIN, Samples.shown("m"));
    String shown = Played.stream(edit, codec.framing(1 << 20), stream("stop", calls(F)), 64);
    assertThat(shown).contains("\"stop_reason\":\"tool_use\"");

    String whole =
        "{'id':'r','choices':[{'index':0,'finish_reason':'stop','message':{'tool_calls':["
            + F
            + "]}}]}";
    byte[] body =
        codec
            .readReply(messages(), PLAIN, Samples.shown("m"), bytes(whole.replace('\'', '"')))
            .body();
    assertThat(text(body)).contains("\"stop_reason\":\"tool_use\"");
  }
}
