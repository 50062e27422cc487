package dev.tollgate.pipeline;

import dev.tollgate.model.Item;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Rates;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.single.SpokenText;
import java.math.BigDecimal;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * What a call will use at most that is not known by its tokens: images, seconds, characters,
 * queries. On the high side where it cannot be exact. Stateless.
 */
final class Estimate {
  /** A search covers this many documents. */
  private static final long DOCUMENTS_A_QUERY = 100;

  /** And of each this many bytes: longer ones count as several. */
  private static final long DOCUMENT_BYTES = 1_500;

  /** Speech in few bytes: 16 kbit/s. */
  private static final long SOUND_BYTES_A_SECOND = 2_000;

  /** Few answers take longer. */
  private static final long SECONDS_A_CALL = 60;

  /** OpenAI's: one for each 60 ms of sound, rounded up. */
  private static final long TOKENS_A_SECOND_HEARD = 17;

  /** Fast speech: five words. */
  private static final long TOKENS_A_SECOND_SAID = 8;

  /** OpenAI's for a square of 1024 pixels; other shapes have half as many again. */
  private static final long TOKENS_LOW = 272;

  private static final long TOKENS_MEDIUM = 1_056;
  private static final long TOKENS_HIGH = 4_160;
  private static final long SQUARE = 1024 * 1024;

  private Estimate() {}

  /** Dollars for what is not known by tokens; zero for most calls. */
  static BigDecimal dollars(Request request, Rates rates) {
    return switch (request.operation()) {
      case IMAGE_GENERATION, IMAGE_EDIT, IMAGE_VARIATION -> images(request, rates);
      case SPEECH -> times(rates, Item.CHARACTER, bytes(request, "input"));
      case TRANSCRIPTION, TRANSLATION -> sound(request, rates);
      case RERANK -> times(rates, Item.QUERY, queries(request));
      case CHAT,
          COMPLETION,
          EMBEDDING,
          RESPONSES,
          RESPONSE_COMPACT,
          MESSAGES,
          GENERATE_CONTENT,
          CONVERSE,
          INVOKE,
          COHERE_CHAT,
          OLLAMA_CHAT,
          OLLAMA_GENERATE,
          COHERE_EMBED,
          OLLAMA_EMBED,
          GEMINI_EMBED,
          GEMINI_EMBED_ONE,
          BEDROCK_EMBED ->
          time(rates);
      case RESPONSE_INPUT_TOKENS,
          RESPONSE_CANCEL,
          RESPONSE_INPUT_ITEMS,
          RESPONSE_READ,
          RESPONSE_DELETE,
          COUNT_TOKENS,
          GEMINI_COUNT,
          MODERATION,
          PASS_THROUGH,
          PASS_THROUGH_FREE,
          PASS_THROUGH_SOCKET ->
          BigDecimal.ZERO;
    };
  }

  /**
   * What a call used whose provider said nothing of it, or was not waited for: beside the tokens
   * that were counted the images, seconds, characters or queries that were held for.
   *
   * @param answered whether there was an answer, of which a transcript has words
   */
  static Usage completed(Request request, Usage counted, boolean answered) {
    return switch (request.operation().family()) {
      case IMAGE -> drawn(request, counted);
      case AUDIO ->
          request.operation() == Operation.SPEECH
              ? counted.with(new Quantity(Unit.CHARACTER, SpokenText.characters(request)))
              : heard(request, counted, answered);
      case RERANK -> counted.with(new Quantity(Unit.QUERY, queries(request)));
      case CHAT, EMBEDDING, MODERATION, COUNT, STORED, PASS_THROUGH -> counted;
    };
  }

  private static Usage drawn(Request request, Usage counted) {
    long tokens = request.choices() * imageTokens(request);
    return new Usage(counted.inputTokens(), tokens, 0, 0, 0, 0, 0, true, 0, tokens, 0)
        .with(new Quantity(Unit.IMAGE, request.choices()));
  }

  private static Usage heard(Request request, Usage counted, boolean answered) {
    long seconds = seconds(request);
    long sound = seconds * TOKENS_A_SECOND_HEARD;
    long said = answered ? seconds * TOKENS_A_SECOND_SAID : 0;
    long input = counted.inputTokens() + sound;
    long output = Math.max(counted.outputTokens(), said);
    return new Usage(input, output, 0, 0, sound, 0, 0, true)
        .with(new Quantity(Unit.SECOND, seconds * Unit.SECOND.parts()));
  }

  private static long seconds(Request request) {
    return bytes(request, "file") / SOUND_BYTES_A_SECOND + 1;
  }

  /** Tokens that are paid by the time that they take, where nothing else has a price. */
  private static BigDecimal time(Rates rates) {
    return rates.picos(Item.SECOND) != 0
            && rates.picos(rates.dearestInput()) == 0
            && rates.picos(rates.dearestOutput()) == 0
        ? times(rates, Item.SECOND, SECONDS_A_CALL)
        : BigDecimal.ZERO;
  }

  private static BigDecimal times(Rates rates, Item item, long amount) {
    return rates.price(item).dollars().multiply(BigDecimal.valueOf(amount));
  }

  private static BigDecimal images(Request request, Rates rates) {
    if (rates.price(Item.IMAGE).dollars().signum() > 0) {
      return times(rates, Item.IMAGE, request.choices());
    }
    return times(rates, Item.OUTPUT_IMAGE, request.choices() * imageTokens(request));
  }

  private static long imageTokens(Request request) {
    String quality = Asked.quality(request);
    long square =
        switch (quality == null ? "" : quality.toLowerCase(Locale.ROOT)) {
          case "low" -> TOKENS_LOW;
          case "medium" -> TOKENS_MEDIUM;
          default -> TOKENS_HIGH;
        };
    return Asked.pixels(request) > SQUARE ? square + square / 2 : square;
  }

  private static BigDecimal sound(Request request, Rates rates) {
    long seconds = seconds(request);
    if (rates.price(Item.SECOND).dollars().signum() > 0) {
      return times(rates, Item.SECOND, seconds);
    }
    return times(rates, Item.INPUT_AUDIO, seconds * TOKENS_A_SECOND_HEARD)
        .add(times(rates, Item.OUTPUT, seconds * TOKENS_A_SECOND_SAID));
  }

  private static long bytes(Request request, String name) {
    Request.Member member = request.member(name);
    return member == null ? 0 : member.value().to() - member.value().from();
  }

  private static long queries(Request request) {
    Request.Member documents = request.member("documents");
    if (documents == null) {
      return 1;
    }
    int from = documents.value().from();
    int to = documents.value().to();
    long pieces = 0;
    try (JsonScan scan = JsonScan.of(request.body(), from, to)) {
      if (scan.next() == JsonToken.START_ARRAY) {
        int begin = scan.start();
        for (JsonToken token = scan.next();
            token != null && token != JsonToken.END_ARRAY;
            token = scan.next()) {
          scan.skip();
          pieces += 1 + (scan.start() - begin) / DOCUMENT_BYTES;
          begin = scan.start();
        }
      }
    } catch (JacksonException badEscape) {
      return 1; // the structure was checked when the body was read
    }
    return Math.max(1, (pieces + DOCUMENTS_A_QUERY - 1) / DOCUMENTS_A_QUERY);
  }
}
