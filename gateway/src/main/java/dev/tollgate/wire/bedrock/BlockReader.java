package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads Converse's content blocks, of requests and of replies. Errors name the block. */
final class BlockReader {
  private BlockReader() {}

  /** The blocks of a list; a cache point marks the block before it. */
  static List<Part> content(Fields holder, String name) {
    List<JsonNode> blocks = holder.list(name);
    List<Part> parts = new ArrayList<>(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      Fields block = Fields.of(blocks.get(i), holder.pathOf(name) + "[" + i + "]");
      Fields point = block.object("cachePoint");
      if (point == null) {
        add(block, parts);
      } else if (!parts.isEmpty()) {
        parts.add(CacheMark.on(parts.removeLast(), point.text("ttl")));
      }
    }
    return parts;
  }

  private static void add(Fields block, List<Part> parts) {
    String text = block.text("text");
    if (text != null) {
      parts.add(Part.Text.of(text));
      return;
    }
    Fields cited = block.object("citationsContent");
    if (cited != null) {
      addCited(cited, parts);
      return;
    }
    parts.add(part(block));
  }

  private static Part part(Fields block) {
    Fields inner;
    if ((inner = block.object("toolUse")) != null) {
      return call(inner);
    }
    if ((inner = block.object("toolResult")) != null) {
      return new Part.ToolResult(
          inner.requiredText("toolUseId"),
          null,
          results(inner),
          "error".equals(inner.text("status")),
          null);
    }
    if ((inner = block.object("reasoningContent")) != null) {
      return thinking(inner);
    }
    if ((inner = block.object("image")) != null) {
      Source source = source(inner, "image/" + inner.requiredText("format"));
      return source == null ? foreign(block) : new Part.Image(source, null, null);
    }
    if ((inner = block.object("video")) != null) {
      Source source = source(inner, "video/" + inner.requiredText("format"));
      return source == null ? foreign(block) : new Part.Video(source, null);
    }
    if ((inner = block.object("document")) != null) {
      return document(block, inner);
    }
    return foreign(block);
  }

  private static Part foreign(Fields block) {
    return new Part.Foreign(Dialect.BEDROCK, block.node());
  }

  private static Part call(Fields call) {
    JsonNode input = call.get("input");
    return Part.ToolCall.of(
        call.requiredText("toolUseId"),
        call.requiredText("name"),
        input == null ? "{}" : new String(JsonTree.write(input), UTF_8));
  }

  private static List<Part> results(Fields result) {
    List<JsonNode> blocks = result.list("content");
    List<Part> parts = new ArrayList<>(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      Fields block = Fields.of(blocks.get(i), result.pathOf("content") + "[" + i + "]");
      JsonNode json = block.get("json");
      if (json == null) {
        add(block, parts);
      } else {
        parts.add(Part.Text.of(new String(JsonTree.write(json), UTF_8)));
      }
    }
    return parts;
  }

  private static Part thinking(Fields reasoning) {
    String redacted = reasoning.text("redactedContent");
    if (redacted != null) {
      return new Part.RedactedThinking(redacted);
    }
    Fields thought = reasoning.object("reasoningText");
    if (thought == null) {
      throw reasoning.refused("reasoningText", "an object with a text");
    }
    String signature = thought.text("signature");
    String text = signature == null ? thought.requiredText("text") : thought.text("text");
    return new Part.Thinking(text == null ? "" : text, signature);
  }

  private static Part document(Fields block, Fields document) {
    String format = document.text("format");
    Source source = source(document, Formats.documentType(format == null ? "txt" : format));
    Fields citations = document.object("citations");
    return source == null
        ? foreign(block)
        : new Part.Document(
            source,
            document.text("name"),
            document.text("context"),
            citations == null ? null : citations.flag("enabled"),
            null);
  }

  private static @Nullable Source source(Fields media, String mediaType) {
    Fields source = media.object("source");
    if (source == null) {
      throw media.refused("source", "an object with bytes");
    }
    String bytes = source.text("bytes");
    if (bytes != null) {
      return new Source.Data(mediaType, bytes);
    }
    String text = source.text("text");
    if (text != null) {
      return new Source.Plain(text);
    }
    Fields bucket = source.object("s3Location");
    return bucket == null ? null : new Source.Url(bucket.requiredText("uri"), mediaType);
  }

  /** Text and what it rests on, which Converse keeps beside each other. */
  private static void addCited(Fields cited, List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode piece : cited.list("content")) {
      text.append(piece.path("text").asString(""));
    }
    List<Citation> citations = new ArrayList<>();
    for (JsonNode citation : cited.list("citations")) {
      citations.add(citation(citation));
    }
    parts.add(new Part.Text(text.toString(), citations, null));
  }

  static Citation citation(JsonNode citation) {
    JsonNode quote = citation.path("sourceContent").path(0).path("text");
    return new Citation(
        citation.path("location").path("web").path("url").asString(null),
        citation.path("title").asString(null),
        quote.asString(null),
        -1,
        -1,
        citation);
  }
}
