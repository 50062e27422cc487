package dev.tollgate.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.client.Backfill.ErrorGroup;
import dev.tollgate.platform.client.Backfill.Item;
import dev.tollgate.platform.client.Backfill.Result;
import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import dev.tollgate.platform.settings.Settings;
import dev.tollgate.platform.settings.SettingsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EmbeddingsTest {

  private static Embeddings at(FakeUpstream upstream) {
    var environ = Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", upstream.address());
    return new Embeddings(new Clients(Settings.load(environ, null, Map.of(), false)));
  }

  private static Embeddings by(Transport transport) {
    return new Embeddings(transport, TokenCut.cl100k());
  }

  /** A vector that depends on the text, so that mixed-up answers are seen. */
  private static float[] vector(String text, int dimensions) {
    var random = new Random(text.hashCode());
    var vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    return vector;
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : vector) {
      bytes.putFloat(number);
    }
    return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
  }

  private static String reply(String embedding) {
    return "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":" + embedding + "}]}";
  }

  private static String input(Call call) {
    return JsonMapper.shared().readTree(call.body()).path("input").stringValue();
  }

  private static JsonNode vectorFor(ObjectNode body) {
    var text = body.path("input").stringValue();
    return JsonMapper.shared().readTree(reply(base64(vector(text, Embedding.DIMENSIONS))));
  }

  @Test
  void theRequestHoldsThreeFieldsAndNoOther() {
    try (var upstream =
        FakeUpstream.answering(call -> Answer.of(200, reply(base64(vector(input(call), 1536)))))) {
      var embedding = at(upstream).generateEmbedding("hello");

      assertThat(embedding.vector()).containsExactly(vector("hello", 1536));
      assertThat(embedding.warning()).isEmpty();
      var call = upstream.calls().getFirst();
      assertThat(call.path()).isEqualTo("/embeddings");
      assertThat(call.header("Authorization")).isEqualTo("Bearer k");
      assertThat(call.body())
          .isEqualTo(
              "{\"input\":\"hello\",\"model\":\"text-embedding-3-small\",\"encoding_format\":\"base64\"}");
    }
  }

  @Test
  void base64AndNumbersGiveTheSameVector() {
    var vector = vector("any", 1536);
    var numbers = new ArrayList<Float>();
    for (float number : vector) {
      numbers.add(number);
    }
    var fromText = by((_, _) -> JsonMapper.shared().readTree(reply(base64(vector))));
    var fromNumbers = by((_, _) -> JsonMapper.shared().readTree(reply(numbers.toString())));
    assertThat(fromNumbers.generateEmbedding("x"))
        .isEqualTo(fromText.generateEmbedding("x"))
        .isEqualTo(Embedding.of(vector));
  }

  @Test
  void anotherNumberOfDimensionsIsAWarning() {
    var embedding =
        by((_, _) -> JsonMapper.shared().readTree(reply("[1,2.5,-3]"))).generateEmbedding("x");
    assertThat(embedding.dimensions()).isEqualTo(3);
    assertThat(embedding.warning().orElseThrow()).contains("3 dimensions", "1536");
    assertThat(Embeddings.toVectorString(embedding)).isEqualTo("[1.0,2.5,-3.0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "17",
        "\"*\"",
        "\"AAAAAAA=\"",
        "[]",
        "\"\"",
        "[1,\"x\"]",
        "[1e999]",
        "\"AADAfw==\""
      })
  void aVectorThatIsNoneIsUnreadable(String embedding) {
    assertThatThrownBy(
            () ->
                by((_, _) -> JsonMapper.shared().readTree(reply(embedding))).generateEmbedding("x"))
        .isInstanceOf(UnreadableReply.class)
        .hasMessageContaining("data[0].embedding");
  }

  @Test
  void twentyAtOnceAreNotMixedUp() throws Exception {
    var together = new CountDownLatch(20);
    try (var upstream =
            FakeUpstream.answering(
                call -> {
                  together.countDown();
                  await(together);
                  return Answer.of(200, reply(base64(vector(input(call), 1536))));
                });
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var embeddings = at(upstream);
      var running = new ArrayList<Future<Embedding>>();
      for (int i = 0; i < 20; i++) {
        var text = "text " + i;
        running.add(threads.submit(() -> embeddings.generateEmbedding(text)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(running.get(i).get()).isEqualTo(Embedding.of(vector("text " + i, 1536)));
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withoutAKeyNothingIsSent() {
    try (var upstream = FakeUpstream.answering(_ -> Answer.of(200, "{}"))) {
      var settings =
          Settings.load(Map.of("OPENAI_BASE_URL", upstream.address()), null, Map.of(), false);
      var embeddings = new Embeddings(new Clients(settings));
      assertThatThrownBy(() -> embeddings.generateEmbedding("x"))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("OPENAI_INTERNAL_API_KEY");
      assertThat(upstream.calls()).isEmpty();
    }
  }

  @Test
  void aLongTextIsCutTo8191Tokens() {
    var encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    var words = "tollgate counts every token. ".repeat(3_000);
    var sent = new ArrayList<String>();
    by((_, body) -> {
          sent.add(body.path("input").stringValue());
          return vectorFor(body);
        })
        .generateEmbedding(words);

    assertThat(words).startsWith(sent.getFirst());
    assertThat(encoding.countTokensOrdinary(sent.getFirst())).isEqualTo(8_191);
  }

  @Test
  void aTextWithinTheLimitIsNotTouched() {
    var cut = TokenCut.cl100k();
    for (var text : List.of("short", "hello ".repeat(8_000), "<|endoftext|>", "😀".repeat(2_000))) {
      assertThat(cut.cut(text, 8_191)).isEqualTo(text);
    }
    assertThat(cut.cut("<|endoftext|>", 3)).isNotEmpty();
    assertThat(cut.cut("😀😀😀😀", 5)).matches("(😀)*");
  }

  @Test
  void megabytesAreCutInReasonableTime() {
    var text = "x y".repeat(2_000_000);
    assertThat(text).startsWith(TokenCut.cl100k().cut(text, 8_191));
  }

  @Test
  void aBlankTextIsRefusedByName() {
    assertThatThrownBy(() -> by((_, body) -> vectorFor(body)).generateEmbedding("  "))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("text: ");
  }

  @Test
  void aSearchWithoutAVectorSaysWhy() {
    assertThat(by((_, body) -> vectorFor(body)).embedQuery("q"))
        .isEqualTo(new SearchVector.Found(Embedding.of(vector("q", 1536))));

    try (var upstream =
        FakeUpstream.answering(
            _ -> Answer.of(401, "{\"error\":{\"message\":\"bad key\",\"code\":\"401\"}}"))) {
      assertThat(at(upstream).embedQuery("q"))
          .isEqualTo(new SearchVector.LexicalOnly("Error code: 401 - bad key"));
    }
  }

  @Test
  void aBackfillGoesOnPastOneThatFails() {
    try (var upstream =
        FakeUpstream.answering(
            call ->
                input(call).equals("bad")
                    ? Answer.of(400, "{\"error\":{\"message\":\"no good\"}}")
                    : Answer.of(200, reply(base64(vector(input(call), 1536)))))) {
      var items = List.of(new Item("a", "one"), new Item("b", "bad"), new Item("c", "three"));
      var backfill = at(upstream).backfill(items, 2, Progress.silent());

      assertThat(backfill.results()).extracting(Result::id).containsExactly("a", "b", "c");
      assertThat(backfill.succeeded()).isEqualTo(2);
      assertThat(backfill.failed()).isEqualTo(1);
      assertThat(backfill.embeddings())
          .containsEntry("c", Embedding.of(vector("three", 1536)))
          .containsOnlyKeys("a", "c");
      assertThat(backfill.summary())
          .isEqualTo("2 embedded, 1 failed\n  1 x BadRequest: Error code: 400 - no good");
    }
  }

  @Test
  void aBackfillStopsAfterARoundThatFailedAsAWhole() {
    var calls = new AtomicInteger();
    var embeddings =
        by(
            (_, _) -> {
              calls.incrementAndGet();
              throw new UnreadableReply("broken");
            });
    var items = IntStream.range(0, 50).mapToObj(i -> new Item("" + i, "text")).toList();
    var backfill = embeddings.backfill(items, 4, Progress.silent());

    assertThat(calls).hasValue(10);
    assertThat(backfill.failed()).isEqualTo(10);
    assertThat(backfill.notTried()).isEqualTo(40);
    assertThat(backfill.errors()).containsExactly(new ErrorGroup("UnreadableReply", "broken", 10));
    assertThat(backfill.summary()).startsWith("0 embedded, 10 failed, 40 not tried");
  }

  @Test
  void noMoreThanAskedForAreUnderWay() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var three = new CountDownLatch(3);
    var embeddings =
        by(
            (_, body) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              three.countDown();
              await(three);
              running.decrementAndGet();
              return vectorFor(body);
            });
    var items = IntStream.range(0, 30).mapToObj(i -> new Item("" + i, "text " + i)).toList();
    assertThat(embeddings.backfill(items, 3, Progress.silent()).succeeded()).isEqualTo(30);
    assertThat(most).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 101})
  void aNumberAtOnceOutOfBoundsIsRefused(int concurrent) {
    assertThatThrownBy(
            () ->
                by((_, body) -> vectorFor(body)).backfill(List.of(), concurrent, Progress.silent()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("1 to 100");
  }

  @Test
  void progressIsALineOnATerminalAndNothingElsewhere() {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Progress.line(out, false).done(1, 0, 2);
    assertThat(bytes.size()).isZero();
    var line = Progress.line(out, true);
    line.done(1, 0, 2);
    line.done(2, 1, 2);
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r1/2 embedded\r1/2 embedded, 1 failed" + System.lineSeparator());
  }

  @Test
  void searchableTextLeavesEmptyPartsOut() {
    assertThat(Embeddings.buildSearchableText("Name", "", "What it does", List.of("a", "", "b")))
        .isEqualTo("Name What it does a b");
    assertThat(Embeddings.buildSearchableText(null, null, null, List.of())).isEmpty();
  }
}
