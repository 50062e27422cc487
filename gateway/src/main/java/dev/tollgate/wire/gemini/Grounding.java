package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.chat.Citation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code groundingMetadata} and {@code citationMetadata} as citations, and back. */
final class Grounding {
  private Grounding() {}

  /** Stretches of the text with the pages they rest on. */
  static List<Citation> read(JsonNode grounding, CharacterOffsets offsets) {
    List<JsonNode> chunks = new ArrayList<>();
    Nodes.items(grounding, "groundingChunks").forEach(chunks::add);
    List<Citation> citations = new ArrayList<>();
    for (JsonNode support : Nodes.items(grounding, "groundingSupports")) {
      JsonNode segment = Nodes.member(support, "segment");
      for (JsonNode index : Nodes.items(support, "groundingChunkIndices")) {
        boolean known = index.isIntegralNumber() && index.canConvertToInt();
        int at = known ? index.intValue() : -1;
        if (segment != null && at >= 0 && at < chunks.size()) {
          citations.add(citation(support, segment, chunks.get(at), offsets));
          break; // LiteLLM tells the first page of each stretch
        }
      }
    }
    return citations;
  }

  private static Citation citation(
      JsonNode support, JsonNode segment, JsonNode chunk, CharacterOffsets offsets) {
    JsonNode page = page(chunk);
    return new Citation(
        page == null ? null : Nodes.text(page, "uri"),
        page == null ? null : Nodes.text(page, "title"),
        Nodes.text(segment, "text"),
        offsets.at(Nodes.small(segment, "startIndex", 0)),
        offsets.at(Nodes.small(segment, "endIndex", -1)),
        support);
  }

  private static @Nullable JsonNode page(JsonNode chunk) {
    for (String kind : new String[] {"web", "retrievedContext", "maps"}) {
      JsonNode page = Nodes.member(chunk, kind);
      if (page != null) {
        return page;
      }
    }
    return null;
  }

  /** Searches that were made. */
  static long searches(JsonNode grounding) {
    long searches = 0;
    for (JsonNode _ : Nodes.items(grounding, "webSearchQueries")) {
      searches++;
    }
    return searches;
  }

  /** What a text rests on, as Google tells it; null for nothing. */
  static @Nullable ObjectNode write(String text, List<Citation> citations) {
    ObjectNode grounding = Nodes.object();
    ArrayNode chunks = grounding.putArray("groundingChunks");
    ArrayNode supports = grounding.putArray("groundingSupports");
    for (Citation citation : citations) {
      if (citation.url() == null) {
        continue;
      }
      ObjectNode web = Nodes.object().put("uri", citation.url());
      if (citation.title() != null) {
        web.put("title", citation.title());
      }
      chunks.add(Nodes.object().set("web", web));
      int characters = text.codePointCount(0, text.length());
      if (citation.from() >= 0 && citation.to() >= citation.from() && citation.to() <= characters) {
        ObjectNode support = supports.addObject();
        support
            .putObject("segment")
            .put("startIndex", bytes(text, citation.from()))
            .put("endIndex", bytes(text, citation.to()));
        support.putArray("groundingChunkIndices").add(chunks.size() - 1);
      }
    }
    return chunks.isEmpty() ? null : grounding;
  }

  private static int bytes(String text, int characters) {
    String before = text.substring(0, text.offsetByCodePoints(0, characters));
    return before.getBytes(UTF_8).length;
  }
}
