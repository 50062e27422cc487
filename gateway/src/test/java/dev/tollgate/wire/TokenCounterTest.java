package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
  private static final String PROSE = "The quick brown fox jumps over the lazy dog. ";

  private static Request saying(String text) {
    return chat("{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
  }

  @Test
  void proseCountsAsItsTokens() {
    assertThat(TokenCounter.count(saying(PROSE.strip()), TextSample.of("Hello world")))
        .isEqualTo(Usage.counted(14, 2));
  }

  @Test
  void longTextIsExtrapolated() {
    Usage usage =
        TokenCounter.count(saying(PROSE.repeat(10_000)), TextSample.of(PROSE.repeat(10_000)));
    assertThat(usage.inputTokens()).isBetween(95_000L, 105_000L);
    assertThat(usage.outputTokens()).isBetween(95_000L, 105_000L);
  }

  @Test
  void imagesAreNoText() {
    String image =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
            + "{\"url\":\"data:image/png;base64,"
            + "A".repeat(10_000)
            + "\"}}]}]}";
    assertThat(TokenCounter.count(chat(image), TextSample.NONE).inputTokens()).isLessThan(20);
  }

  @Test
  void tokenIdsCountAsTokens() {
    Request ids =
        OPENAI.readRequest(Samples.at(Operation.EMBEDDING), bytes("{\"input\":[[1,2],[3]]}"));
    assertThat(TokenCounter.count(ids, TextSample.NONE)).isEqualTo(Usage.counted(3, 0));
  }

  @Test
  void theEstimateIsAboveTheCount() {
    for (String text :
        new String[] {
          PROSE.repeat(100),
          "  public int size() {\\n    return elements.size();\\n  }\\n".repeat(100),
          "你好世界".repeat(100)
        }) {
      Request request = saying(text);
      assertThat(TokenCounter.estimateInput(request))
          .isGreaterThanOrEqualTo(TokenCounter.count(request, TextSample.NONE).inputTokens());
    }
  }

  @Test
  void oneEndlessWordIsCountedInTime() {
    TokenCounter.load();
    long begun = System.nanoTime();
    TokenCounter.count(saying("a".repeat(1 << 20)), TextSample.of("x1".repeat(1 << 20)));
    assertThat(System.nanoTime() - begun).isLessThan(3_000_000_000L);
  }
}
