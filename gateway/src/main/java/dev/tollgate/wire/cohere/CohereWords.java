package dev.tollgate.wire.cohere;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.wire.json.Tree;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What Cohere's replies and streams have in common. */
final class CohereWords {
  /** The model's plan, which no other dialect has. */
  static final String TOOL_PLAN = "tool_plan";

  private CohereWords() {}

  static Finish finish(String word) {
    Reason reason =
        switch (word) {
          case "STOP_SEQUENCE" -> Reason.STOP_SEQUENCE;
          case "MAX_TOKENS", "ERROR_LIMIT" -> Reason.LENGTH;
          case "TOOL_CALL" -> Reason.TOOL_CALLS;
          case "ERROR_TOXIC" -> Reason.CONTENT_FILTER;
          default -> Reason.STOP;
        };
    return new Finish(reason, null, word);
  }

  static String word(@Nullable Finish finish) {
    if (finish == null) {
      return "COMPLETE";
    }
    return switch (finish.reason()) {
      case STOP, REFUSAL, PAUSE -> "COMPLETE";
      case STOP_SEQUENCE -> "STOP_SEQUENCE";
      case LENGTH -> "MAX_TOKENS";
      case TOOL_CALLS -> "TOOL_CALL";
      case CONTENT_FILTER -> "ERROR"; // ERROR_TOXIC is of the first version of the API
    };
  }

  /**
   * The tokens that the model saw and made, else those billed; null if none of them is above zero:
   * then nothing was counted.
   *
   * @param usage {@code usage} of a reply, {@code meta} of an embedding
   */
  static @Nullable Usage usage(JsonNode usage) {
    JsonNode counted = usage.path("tokens");
    JsonNode billed = usage.path("billed_units");
    long input = figure(counted, billed, "input_tokens");
    long output = figure(counted, billed, "output_tokens");
    long cached = Math.min(Tree.tokens(usage, "cached_tokens"), input);
    return input + output == 0 ? null : new Usage(input, output, cached, 0, 0, 0, 0, false);
  }

  private static long figure(JsonNode counted, JsonNode billed, String name) {
    long tokens = Tree.tokens(counted, name);
    return tokens > 0 ? tokens : Tree.tokens(billed, name);
  }

  static ObjectNode write(Usage usage) {
    ObjectNode written = Tree.object();
    ObjectNode billed = written.putObject("billed_units");
    billed.put("input_tokens", usage.inputTokens());
    billed.put("output_tokens", usage.outputTokens());
    ObjectNode tokens = written.putObject("tokens");
    tokens.put("input_tokens", usage.inputTokens());
    tokens.put("output_tokens", usage.outputTokens());
    if (usage.cachedTokens() > 0) {
      written.put("cached_tokens", usage.cachedTokens());
    }
    return written;
  }

  static Citation citation(JsonNode citation) {
    String url = null;
    String title = null;
    String quote = null;
    for (JsonNode source : Tree.items(citation, "sources")) {
      JsonNode document = source.path("document");
      url = url == null ? Tree.text(document, "url") : url;
      title = title == null ? Tree.text(document, "title") : title;
      String words = Tree.text(document, "snippet");
      quote = quote == null ? words == null ? Tree.text(document, "text") : words : quote;
    }
    return new Citation(
        url, title, quote, place(citation, "start"), place(citation, "end"), citation);
  }

  /** A citation in Cohere's form, of whichever dialect it was. */
  static ObjectNode write(Citation citation, int content) {
    if (citation.original() instanceof ObjectNode original && original.has("sources")) {
      return original;
    }
    ObjectNode written = Tree.object();
    if (citation.from() >= 0) {
      written.put("start", citation.from());
    }
    if (citation.to() >= 0) {
      written.put("end", citation.to());
    }
    ArrayNode sources = written.putArray("sources");
    ObjectNode source = sources.addObject().put("type", "document");
    ObjectNode document = source.putObject("document");
    put(document, "url", citation.url());
    put(document, "title", citation.title());
    put(document, "snippet", citation.quote());
    return written.put("type", "TEXT_CONTENT").put("content_index", content);
  }

  static void put(ObjectNode object, String name, @Nullable String text) {
    if (text != null) {
      object.put(name, text);
    }
  }

  private static int place(JsonNode citation, String name) {
    Long at = Tree.whole(citation, name);
    return at == null || at < 0 || at > Integer.MAX_VALUE ? -1 : at.intValue();
  }
}
