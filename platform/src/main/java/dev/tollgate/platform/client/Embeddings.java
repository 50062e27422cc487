package dev.tollgate.platform.client;

import dev.tollgate.platform.client.Backfill.Item;
import dev.tollgate.platform.client.Backfill.Result;
import dev.tollgate.platform.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Vectors for texts, one call a text, as the platform makes them. Safe for several threads.
 *
 * <p>The request is {@code input} (one text), {@code model} and {@code encoding_format: base64},
 * and nothing else. An answer in base64 and one in plain numbers are both read.
 */
public final class Embeddings {
  /** The model's name at the gateway. */
  public static final String MODEL = "text-embedding-3-small";

  /** The model takes no more tokens; a longer text is cut. */
  public static final int TOKENS_MAX = 8_191;

  /** How many calls a backfill may have under way. */
  public static final int CONCURRENT_MAX = 100;

  /** So many failures in a row of rounds are no accident of a few bad texts. */
  private static final int ROUND_ITEMS_MIN = 10;

  private final Supplier<? extends Transport> transport;
  private final TokenCut tokens;

  /** Embeddings by the utility client; without a key each call says so and sends nothing. */
  public Embeddings(Clients clients) {
    this(clients::requireOpenAiClient, TokenCut.cl100k());
  }

  /** Embeddings by any transport, cut by any count. */
  public Embeddings(Transport transport, TokenCut tokens) {
    this(() -> transport, tokens);
  }

  private Embeddings(Supplier<? extends Transport> transport, TokenCut tokens) {
    this.transport = transport;
    this.tokens = tokens;
  }

  /**
   * The vector of a text, of which the first 8191 tokens count.
   *
   * @throws BadInputException when the text is blank
   * @throws SettingsException when there is no internal key; no request is made then
   * @throws OpenAiException when the call fails
   */
  public Embedding generateEmbedding(String text) {
    if (text.isBlank()) {
      throw new BadInputException("text", "nothing but blanks", "a text to embed");
    }
    var client = transport.get();
    var body = JsonNodeFactory.instance.objectNode();
    body.put("input", tokens.cut(text, TOKENS_MAX));
    body.put("model", MODEL);
    body.put("encoding_format", "base64");
    return EmbeddingReply.read(client.post("/embeddings", body));
  }

  /**
   * The vector of a search's query, or the reason why the search has to do without.
   *
   * <p>A search still has its words to go by, so none of the failures is an exception here.
   */
  public SearchVector embedQuery(String query) {
    try {
      return new SearchVector.Found(generateEmbedding(query));
    } catch (OpenAiException | SettingsException | BadInputException e) {
      return new SearchVector.LexicalOnly(Objects.toString(e.getMessage(), ""));
    }
  }

  /**
   * Embeds many texts, some at a time.
   *
   * <p>Goes on past a failure, but stops after a round (of as many texts as may be under way, ten
   * at least) in which every text failed: then it is not the texts.
   *
   * @param concurrent how many calls may be under way, 1 to 100; the platform takes 10
   * @return one result for each item, in their order
   */
  public Backfill backfill(List<Item> items, int concurrent, Progress progress) {
    if (concurrent < 1 || concurrent > CONCURRENT_MAX) {
      throw new BadInputException(
          "concurrent", String.valueOf(concurrent), "1 to " + CONCURRENT_MAX);
    }
    var results = new ArrayList<Result>(items.size());
    int roundItems = Math.max(concurrent, ROUND_ITEMS_MIN);
    var report = new Report(items.size(), progress);
    try (var workers = Executors.newFixedThreadPool(concurrent, Thread.ofVirtual().factory())) {
      for (int from = 0; from < items.size(); from += roundItems) {
        var round =
            round(items.subList(from, Math.min(items.size(), from + roundItems)), workers, report);
        results.addAll(round);
        if (round.stream().allMatch(Result.Failed.class::isInstance)) {
          break;
        }
      }
    }
    items.stream()
        .skip(results.size())
        .forEach(item -> results.add(new Result.NotTried(item.id())));
    return new Backfill(results);
  }

  private List<Result> round(List<Item> items, ExecutorService workers, Report report) {
    var running = new ArrayList<Future<Result>>();
    for (var item : items) {
      running.add(
          workers.submit(
              () -> {
                var result = result(item);
                report.add(result);
                return result;
              }));
    }
    var results = new ArrayList<Result>();
    for (var one : running) {
      results.add(awaited(one, running));
    }
    return results;
  }

  private static Result awaited(Future<Result> one, List<Future<Result>> all) {
    try {
      return one.get();
    } catch (InterruptedException e) {
      all.forEach(each -> each.cancel(true));
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during a backfill", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A backfill's progress could not be reported", e.getCause());
    }
  }

  private Result result(Item item) {
    try {
      return new Result.Embedded(item.id(), generateEmbedding(item.text()));
    } catch (OpenAiException | SettingsException | BadInputException e) {
      return new Result.Failed(
          item.id(), e.getClass().getSimpleName(), Objects.toString(e.getMessage(), ""));
    }
  }

  /** What a search is to find an entry by: the parts with a blank between, empty ones left out. */
  public static String buildSearchableText(
      @Nullable String name,
      @Nullable String subHeading,
      @Nullable String description,
      List<String> categories) {
    return Stream.concat(
            Stream.of(orEmpty(name), orEmpty(subHeading), orEmpty(description)),
            categories.stream())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** As pgvector reads it: {@code [x,y,...]}. */
  public static String toVectorString(Embedding embedding) {
    return embedding.toVectorString();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Counts what is done, one thread at a time. */
  private static final class Report {
    private final int total;
    private final Progress progress;
    private int done;
    private int failed;

    Report(int total, Progress progress) {
      this.total = total;
      this.progress = progress;
    }

    synchronized void add(Result result) {
      done++;
      if (result instanceof Result.Failed) {
        failed++;
      }
      progress.done(done, failed, total);
    }
  }
}
