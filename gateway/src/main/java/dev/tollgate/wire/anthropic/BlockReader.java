package dev.tollgate.wire.anthropic;

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

/** Reads content blocks, of requests and of replies. Errors name the block. */
final class BlockReader {
  private BlockReader() {}

  /** The blocks of a {@code content}: a string, or a list of blocks. */
  static List<Part> content(Fields holder, String name) {
    JsonNode content = holder.get(name);
    if (content == null) {
      return List.of();
    }
    if (content.isString()) {
      return List.of(Part.Text.of(content.stringValue()));
    }
    if (!content.isArray()) {
      throw holder.refused(name, "a string or a list of content blocks");
    }
    List<Part> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      parts.add(block(Fields.of(content.get(i), holder.pathOf(name) + "[" + i + "]")));
    }
    return parts;
  }

  /** One block; one of a kind that only Anthropic has stays as it is. */
  static Part block(Fields block) {
    return switch (block.requiredText("type")) {
      case "text" ->
          new Part.Text(block.requiredText("text"), citations(block), block.get("cache_control"));
      case "image" -> {
        Source source = source(block);
        yield source == null
            ? foreign(block)
            : new Part.Image(source, null, block.get("cache_control"));
      }
      case "document" -> document(block);
      case "tool_use" ->
          new Part.ToolCall(
              block.requiredText("id"),
              block.requiredText("name"),
              arguments(block),
              null,
              block.get("cache_control"));
      case "tool_result" ->
          new Part.ToolResult(
              block.requiredText("tool_use_id"),
              null,
              content(block, "content"),
              Boolean.TRUE.equals(block.flag("is_error")),
              block.get("cache_control"));
      case "thinking" -> new Part.Thinking(block.requiredText("thinking"), signature(block));
      case "redacted_thinking" -> new Part.RedactedThinking(block.requiredText("data"));
      default -> foreign(block);
    };
  }

  private static Part foreign(Fields block) {
    return new Part.Foreign(Dialect.ANTHROPIC, block.node());
  }

  private static @Nullable String signature(Fields block) {
    String signature = block.text("signature");
    return signature == null || signature.isEmpty() ? null : signature;
  }

  private static String arguments(Fields block) {
    JsonNode input = block.get("input");
    if (input == null) {
      return "{}";
    }
    if (!input.isObject()) {
      throw block.refused("input", "an object");
    }
    return new String(JsonTree.write(input), UTF_8);
  }

  private static Part document(Fields block) {
    Source source = source(block);
    if (source == null) {
      return foreign(block);
    }
    Fields citations = block.object("citations");
    return new Part.Document(
        source,
        block.text("title"),
        block.text("context"),
        citations == null ? null : citations.flag("enabled"),
        block.get("cache_control"));
  }

  /** Where the bytes are; null for a source that only Anthropic has. */
  private static @Nullable Source source(Fields block) {
    Fields source = block.object("source");
    if (source == null) {
      throw block.refused("source", "an object");
    }
    return switch (source.requiredText("type")) {
      case "base64" ->
          new Source.Data(source.requiredText("media_type"), source.requiredText("data"));
      case "url" -> new Source.Url(source.requiredText("url"), null);
      case "file" -> new Source.File(source.requiredText("file_id"), null);
      case "text" -> new Source.Plain(source.requiredText("data"));
      default -> null;
    };
  }

  private static List<Citation> citations(Fields block) {
    List<Citation> citations = new ArrayList<>(0);
    for (JsonNode citation : block.list("citations")) {
      citations.add(citation(citation));
    }
    return citations;
  }

  static Citation citation(JsonNode citation) {
    String title = citation.path("title").asString(null);
    return new Citation(
        citation.path("url").asString(null),
        title == null ? citation.path("document_title").asString(null) : title,
        citation.path("cited_text").asString(null),
        -1,
        -1,
        citation);
  }
}
