package dev.tollgate.platform.cli;

import dev.tollgate.platform.client.Backfill;
import dev.tollgate.platform.client.Backfill.Item;
import dev.tollgate.platform.client.Backfill.Result;
import dev.tollgate.platform.client.Embedding;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.client.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code embed}: the vectors of texts, by the utility client. */
final class EmbedCommand implements Command {
  private static final Flag CONCURRENT =
      Flag.valued("concurrent", "N", "How many calls may be under way.").fallback(10);

  private static final int TEXTS_MAX = 100_000;

  private static final Grammar GRAMMAR =
      new Grammar(
          "embed",
          "TEXT...",
          """
          Embed texts, one call a text, at the internal address.

          Prints a line for each text, in their order: [x,y,...] as pgvector reads it, or an empty
          line for a text that failed, of which the error output tells more. TEXT - reads texts
          from the standard input, one a line; blank lines are left out.
          Uses OPENAI_INTERNAL_BASE_URL and OPENAI_INTERNAL_API_KEY, and the model
          text-embedding-3-small. Of a text, the first 8191 tokens count.""",
          CONCURRENT,
          Loading.TIMEOUT,
          Loading.ENV_FILE,
          Loading.STRICT,
          Flag.JSON);

  @Override
  public Grammar grammar() {
    return GRAMMAR;
  }

  @Override
  public int run(Arguments given, Shell shell) throws IOException {
    int concurrent = given.number(CONCURRENT, 1, Embeddings.CONCURRENT_MAX);
    var items = items(given.operands(1, TEXTS_MAX), shell);
    var clients = Loading.clients(given, shell);
    clients.requireOpenAiClient();
    boolean shows = shell.terminal() && items.size() > 1;
    var backfill =
        new Embeddings(clients).backfill(items, concurrent, Progress.line(shell.err(), shows));
    if (given.has(Flag.JSON)) {
      shell.out().println(json(backfill));
    } else {
      print(backfill, shell);
    }
    backfill.embeddings().values().stream()
        .flatMap(embedding -> embedding.warning().stream())
        .distinct()
        .forEach(warning -> shell.err().println("warning: " + warning));
    if (backfill.succeeded() == items.size()) {
      return 0;
    }
    shell.err().println(Main.PROGRAM + " embed: " + backfill.summary());
    return 1;
  }

  private static List<Item> items(List<String> operands, Shell shell) throws IOException {
    var texts = new ArrayList<String>();
    for (var operand : operands) {
      if (operand.equals("-")) {
        shell.text("-").lines().filter(line -> !line.isBlank()).forEach(texts::add);
      } else {
        texts.add(operand);
      }
    }
    if (texts.isEmpty() || texts.size() > TEXTS_MAX) {
      throw new UsageException(
          "TEXT: found %d texts, expected 1 to %d".formatted(texts.size(), TEXTS_MAX));
    }
    var items = new ArrayList<Item>();
    for (var text : texts) {
      if (text.isBlank()) {
        throw new UsageException(
            "TEXT %d: found nothing but blanks, expected a text".formatted(items.size() + 1));
      }
      items.add(new Item(String.valueOf(items.size()), text));
    }
    return items;
  }

  private static void print(Backfill backfill, Shell shell) {
    for (var result : backfill.results()) {
      shell.out().println(result instanceof Result.Embedded done ? line(done.embedding()) : "");
    }
  }

  private static String line(Embedding embedding) {
    return Embeddings.toVectorString(embedding);
  }

  private static ObjectNode json(Backfill backfill) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", backfill.succeeded() == backfill.results().size());
    object.put("embedded", backfill.succeeded());
    object.put("failed", backfill.failed());
    object.put("not_tried", backfill.notTried());
    var results = object.putArray("results");
    for (var result : backfill.results()) {
      var row = results.addObject();
      switch (result) {
        case Result.Embedded(var _, var embedding) -> {
          row.put("dimensions", embedding.dimensions());
          var vector = row.putArray("embedding");
          for (float number : embedding.vector()) {
            vector.add(number);
          }
        }
        case Result.Failed(var _, var type, var message) ->
            row.putObject("error").put("kind", type).put("message", message);
        case Result.NotTried _ -> row.put("not_tried", true);
      }
    }
    return object;
  }
}
