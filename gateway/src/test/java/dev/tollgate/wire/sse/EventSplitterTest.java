package dev.tollgate.wire.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventSplitterTest {
  private static List<String> split(String stream, int... cuts) {
    List<String> events = new ArrayList<>();
    EventSplitter splitter = new EventSplitter(1 << 20);
    byte[] bytes = stream.getBytes(ISO_8859_1);
    EventSink sink =
        (buffer, from, to) -> events.add(new String(buffer, from, to - from, ISO_8859_1));
    int from = 0;
    for (int cut : cuts) {
      splitter.feed(bytes, from, cut, sink);
      from = cut;
    }
    splitter.feed(bytes, from, bytes.length, sink);
    splitter.end(sink);
    return events;
  }

  @Test
  void anEventEndsWithABlankLineOfAnyKind() {
    assertThat(split("data: a\n\ndata: b\r\n\r\nid: 1\rdata: c\r\r: ping\n\n"))
        .containsExactly("data: a\n\n", "data: b\r\n\r\n", "id: 1\rdata: c\r\r", ": ping\n\n");
  }

  @Test
  void blankLinesAndAMarkBelongToNoEvent() {
    assertThat(split("\u00ef\u00bb\u00bf\n\r\n\rdata: a\n\n\n\ndata: b\n\n"))
        .containsExactly("data: a\n\n", "data: b\n\n");
  }

  @Test
  void anUnfinishedLastEventGetsItsBlankLine() {
    assertThat(split("data: [DONE]")).containsExactly("data: [DONE]\n\n");
    assertThat(split("data: [DONE]\n")).containsExactly("data: [DONE]\n\n\n");
  }

  @Test
  void anyCutGivesTheSameEvents() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] pieces = {
      "data: {\"a\":\"b\"}",
      "data:x",
      ": c",
      "event: e",
      "\n",
      "\n",
      "\r\n",
      "\r\n",
      "\r",
      "\n\n",
      "\r\n\r\n",
      "\r\r",
      "\u00ef\u00bb\u00bf",
      "\u00ef",
      "\t",
      "a long line of more than eight"
    };
    for (int round = 0; round < 5000; round++) {
      StringBuilder stream = new StringBuilder();
      for (int i = random.nextInt(20); i >= 0; i--) {
        stream.append(pieces[random.nextInt(pieces.length)]);
      }
      String text = stream.toString();
      int[] cuts = random.ints(random.nextInt(8), 0, text.length() + 1).sorted().toArray();
      assertThat(split(text, cuts)).as("seed %d, %s", seed, text).isEqualTo(split(text));
    }
  }

  @Test
  void aWholeEventIsHandedOutWhereItStands() {
    byte[] chunk = "data: a\n\ndata: b\n\n".getBytes(ISO_8859_1);
    List<Integer> spans = new ArrayList<>();
    new EventSplitter(100)
        .feed(
            chunk,
            0,
            chunk.length,
            (buffer, from, to) -> {
              assertThat(buffer).isSameAs(chunk);
              spans.add(from);
              spans.add(to);
            });
    assertThat(spans).containsExactly(0, 9, 9, 18);
  }

  @Test
  void anEndlessEventIsRefused() {
    EventSplitter splitter = new EventSplitter(1000);
    byte[] chunk = "x".repeat(300).getBytes(ISO_8859_1);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 4; i++) {
                splitter.feed(chunk, 0, chunk.length, (_, _, _) -> {});
              }
            })
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.TooLarge.class));
  }

  @Test
  void theSplitterKnowsWhetherItStandsWithinAnEvent() {
    EventSplitter splitter = new EventSplitter(1000);
    byte[] chunk = "data: a\n\ndata".getBytes(ISO_8859_1);
    splitter.feed(chunk, 0, 9, (_, _, _) -> {});
    assertThat(splitter.midEvent()).isFalse();
    splitter.feed(chunk, 9, 13, (_, _, _) -> {});
    assertThat(splitter.midEvent()).isTrue();
  }
}
