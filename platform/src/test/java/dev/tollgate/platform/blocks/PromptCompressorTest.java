package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PromptCompressorTest {
  private static final PromptTokens TOKENS = new PromptTokens(FakeTransport::words);

  /** Half of it minus the reserve of 2048 leaves 1000 tokens. */
  private static final int WINDOW = 6096;

  private static List<ObjectNode> fit(List<ObjectNode> prompt) {
    return PromptCompressor.fit(prompt, WINDOW, TOKENS);
  }

  private static String words(int count) {
    return "w ".repeat(count).strip();
  }

  @Test
  void aPromptThatFitsIsSentAsItIs() {
    List<ObjectNode> prompt = List.of(Messages.system("a"), Messages.user(words(993)));

    assertThat(TOKENS.of(prompt)).isEqualTo(1000);
    assertThat(fit(prompt)).isSameAs(prompt);
  }

  @Test
  void theMiddleOfMiddleMessagesIsCutFirst() {
    String text = "start " + words(3000) + " end";
    List<ObjectNode> prompt =
        List.of(Messages.system("be kind"), Messages.user(text), Messages.user("and now?"));

    List<ObjectNode> fitted = fit(prompt);

    assertThat(TOKENS.of(fitted)).isLessThanOrEqualTo(1000);
    assertThat(fitted).hasSize(3);
    assertThat(fitted.getFirst()).isEqualTo(prompt.getFirst());
    assertThat(fitted.getLast()).isEqualTo(prompt.getLast());
    assertThat(Messages.text(fitted.get(1))).startsWith("start ").contains(" … ").endsWith(" end");
    // 8192, 4096, 2048 and 1024 are all too many; the next cap is 512.
    assertThat(FakeTransport.words(Messages.text(fitted.get(1)))).isBetween(500, 512);
    assertThat(Messages.text(prompt.get(1))).isEqualTo(text);
  }

  @Test
  void messagesAreLeftOutFromTheCentreOutwards() {
    List<ObjectNode> prompt = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      prompt.add(Messages.user(i + " " + words(96)));
    }

    List<ObjectNode> fitted = fit(prompt);

    List<String> numbers =
        fitted.stream().map(m -> Messages.text(m).substring(0, 2).strip()).toList();
    assertThat(TOKENS.of(fitted)).isEqualTo(1000);
    assertThat(numbers).startsWith("0", "1", "2", "3").endsWith("18", "19", "20").hasSize(10);
  }

  @Test
  void toolMessagesAndTheMainObjectiveStay() {
    ObjectNode call =
        FakeTransport.object(
            """
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
             "function":{"name":"f","arguments":"{}"}}]}
            """);
    ObjectNode objective = Messages.user(Messages.MAIN_OBJECTIVE_PREFIX + words(300));
    ObjectNode result = Messages.tool("c1", words(2000));
    List<ObjectNode> prompt =
        List.of(
            Messages.system("a"), objective, call, result, Messages.user("x"), Messages.user("b"));

    assertThat(fit(prompt))
        .containsExactly(Messages.system("a"), objective, call, result, Messages.user("b"));
  }

  @Test
  void resultsInAnthropicsFormAreCutInside() {
    ObjectNode result =
        FakeTransport.object(
            "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}]}");
    ((ObjectNode) result.path("content").path(0)).put("content", words(5000));

    List<ObjectNode> fitted = fit(List.of(Messages.user("a"), result, Messages.user("b")));

    assertThat(fitted).hasSize(3);
    assertThat(TOKENS.of(fitted)).isLessThanOrEqualTo(1000);
    assertThat(Messages.concernsTools(fitted.get(1))).isTrue();
  }

  @Test
  void firstAndLastAreCutWhenNothingElseIsLeft() {
    List<ObjectNode> fitted =
        fit(List.of(Messages.system(words(4000)), Messages.user("m"), Messages.user(words(4000))));

    assertThat(fitted).hasSize(2);
    assertThat(TOKENS.of(fitted)).isLessThanOrEqualTo(1000);
  }

  @Test
  void whatCannotBeMadeToFitIsSentShortened() {
    List<ObjectNode> fitted =
        PromptCompressor.fit(List.of(Messages.user(words(4000))), 100, TOKENS);

    assertThat(FakeTransport.words(Messages.text(fitted.getFirst()))).isBetween(100, 128);
  }

  @Test
  void aCutNeverSplitsACharacterOutsideTheBasicPlane() {
    String text = "😀".repeat(1000);

    String cut = MiddleCut.toTokens(text, 101, s -> s.codePointCount(0, s.length()));

    assertThat(cut.codePoints().filter(c -> c >= 0xD800 && c <= 0xDFFF).count()).isZero();
    assertThat(cut.codePointCount(0, cut.length())).isBetween(95, 101);
  }
}
