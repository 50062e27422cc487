package dev.tollgate.platform.codex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.client.OpenAiClient;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import dev.tollgate.platform.codex.CodexCallResult.Ending;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CodexBlockTest {
  private static final String REPLY =
      """
      {"id":"resp_1","object":"response","status":"completed",
       "reasoning":{"effort":"medium","summary":null},
       "output":[
         {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"First."},
                                                    {"type":"summary_text","text":"Then."}]},
         {"type":"message","role":"assistant","content":[
           {"type":"output_text","text":"def f():"},{"type":"refusal","refusal":"no"},
           {"type":"output_text","text":" pass"}]}],
       "usage":{"input_tokens":7,"output_tokens":11,"total_tokens":18}}
      """;

  private static CodexBlock answering(String reply) {
    return new CodexBlock((_, _) -> JsonMapper.shared().readTree(reply));
  }

  private static String sent(
      String prompt, String system, String model, ReasoningEffort effort, Integer cap) {
    return sentBy(block -> block.callCodex(prompt, system, model, effort, cap));
  }

  private static String sentBy(Consumer<CodexBlock> call) {
    try (var upstream = FakeUpstream.answering(_ -> Answer.of(200, REPLY));
        var client = new OpenAiClient("k", upstream.address())) {
      call.accept(new CodexBlock(client));
      assertThat(upstream.calls()).hasSize(1);
      assertThat(upstream.calls().getFirst().path()).isEqualTo("/responses");
      return upstream.calls().getFirst().body();
    }
  }

  @Test
  void theUsualRequestHasEachFieldOnce() {
    assertThat(sentBy(block -> block.callCodex("sort")))
        .isEqualTo(
            "{\"model\":\"gpt-5.1-codex\",\"input\":\"sort\",\"instructions\":\""
                + CodexBlock.SYSTEM_PROMPT
                + "\",\"reasoning\":{\"effort\":\"medium\"},\"max_output_tokens\":2048}");
  }

  @Test
  void anEmptySystemPromptIsLeftOut() {
    assertThat(sent("p", "", "m", ReasoningEffort.HIGH, 5))
        .isEqualTo(
            "{\"model\":\"m\",\"input\":\"p\",\"reasoning\":{\"effort\":\"high\"},\"max_output_tokens\":5}");
  }

  @Test
  void noEffortIsLeftOut() {
    assertThat(sent("p", "s", "m", ReasoningEffort.NONE, 5))
        .isEqualTo(
            "{\"model\":\"m\",\"input\":\"p\",\"instructions\":\"s\",\"max_output_tokens\":5}");
  }

  @Test
  void noCapIsLeftOut() {
    assertThat(sentBy(block -> block.callCodex("p", "", "m", ReasoningEffort.LOW, null)))
        .isEqualTo("{\"model\":\"m\",\"input\":\"p\",\"reasoning\":{\"effort\":\"low\"}}");
  }

  @Test
  void textIsJoinedAndSummariesAreKept() {
    var result = answering(REPLY).callCodex("p");
    assertThat(result.response()).isEqualTo("def f(): pass");
    assertThat(result.reasoning()).isEmpty();
    assertThat(result.responseId()).isEqualTo("resp_1");
    assertThat(result.summaries()).containsExactly("First.", "Then.");
    assertThat(result.ending()).isEqualTo(new Ending.Completed());
  }

  @Test
  void theReasoningSettingsSummaryIsGivenAsText() {
    var reply = REPLY.replace("\"summary\":null", "\"summary\":\"detailed\"");
    assertThat(answering(reply).callCodex("p").reasoning()).isEqualTo("detailed");
  }

  @Test
  void anAnswerCutWhileThinkingIsIncompleteAndNotJustEmpty() {
    var result =
        answering(
                """
                {"id":"resp_2","object":"response","status":"incomplete",
                 "incomplete_details":{"reason":"max_output_tokens"},
                 "output":[{"type":"reasoning","summary":[]}],"usage":null}
                """)
            .callCodex("p");
    assertThat(result.response()).isEmpty();
    assertThat(result.ending()).isEqualTo(new Ending.Incomplete("max_output_tokens"));
  }

  @Test
  void aFailedResponseIsSeen() {
    var result =
        answering(
                "{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"message\":\"oops\"},\"output\":[]}")
            .callCodex("p");
    assertThat(result.ending()).isEqualTo(new Ending.Stopped("failed", "oops"));
  }

  @Test
  void figuresAreOfTheLastCallAndCallsAreCounted() {
    var replies = new ArrayDeque<String>();
    replies.add(REPLY);
    replies.add("{\"id\":\"resp_2\",\"output\":[]}");
    var block = new CodexBlock((_, _) -> JsonMapper.shared().readTree(replies.remove()));
    assertThat(block.callCodex("p").responseId()).isEqualTo("resp_1");
    assertThat(block.stats()).isEqualTo(new CodexStats(7, 11, 1));
    assertThat(block.callCodex("p").responseId()).isEqualTo("resp_2");
    assertThat(block.stats()).isEqualTo(new CodexStats(0, 0, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "null", "\"text\"", "{\"object\":\"chat.completion\",\"choices\":[]}"})
  void whatIsNoResponseIsUnreadable(String reply) {
    var block = answering(reply);
    assertThatThrownBy(() -> block.callCodex("p")).isInstanceOf(UnreadableReply.class);
    assertThat(block.stats()).isEqualTo(new CodexStats(0, 0, 0));
  }

  @Test
  void theGatewaysErrorComesThrough() {
    try (var upstream =
            FakeUpstream.answering(_ -> Answer.of(401, "{\"error\":{\"message\":\"wrong key\"}}"));
        var client = new OpenAiClient("k", upstream.address())) {
      assertThatThrownBy(() -> new CodexBlock(client).callCodex("p"))
          .isInstanceOf(OpenAiException.AuthenticationError.class);
    }
  }

  @Test
  void badInputIsRefusedByNameBeforeAnyRequest() {
    var block = answering(REPLY);
    assertThatThrownBy(() -> block.callCodex(" "))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("prompt: ");
    assertThatThrownBy(() -> block.callCodex("p", "", "", ReasoningEffort.LOW, null))
        .hasMessageStartingWith("model: ");
    assertThatThrownBy(() -> block.callCodex("p", "", "m", ReasoningEffort.LOW, 0))
        .hasMessageStartingWith("max_output_tokens: ");
    assertThat(block.stats().calls()).isZero();
  }
}
