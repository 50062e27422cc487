package dev.tollgate.wire.bedrock;

import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.json.JsonTree;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Marks of prefixes to be cached: Anthropic's on a block, Converse's as a block behind it. */
final class CacheMark {
  private CacheMark() {}

  /** Anthropic's mark. */
  static JsonNode of(@Nullable String ttl) {
    ObjectNode mark = JsonTree.object().put("type", "ephemeral");
    return ttl == null ? mark : mark.put("ttl", ttl);
  }

  /** Converse's block. */
  static JsonNode point(JsonNode mark) {
    ObjectNode block = JsonTree.object();
    ObjectNode point = block.putObject("cachePoint").put("type", "default");
    if (mark.path("ttl").asString("").equals("1h")) {
      point.put("ttl", "1h");
    }
    return block;
  }

  /** The mark of a part, null if it has none. */
  static @Nullable JsonNode of(Part part) {
    return switch (part) {
      case Part.Text text -> text.cacheControl();
      case Part.Image image -> image.cacheControl();
      case Part.Document document -> document.cacheControl();
      case Part.Video video -> video.cacheControl();
      case Part.ToolCall call -> call.cacheControl();
      case Part.ToolResult result -> result.cacheControl();
      case Part.Audio _, Part.Thinking _, Part.RedactedThinking _, Part.Refusal _, Part.Foreign _ ->
          null;
    };
  }

  /** The part with a mark; itself if it cannot have one. */
  static Part on(Part part, @Nullable String ttl) {
    JsonNode mark = of(ttl);
    return switch (part) {
      case Part.Text text -> new Part.Text(text.text(), text.citations(), mark);
      case Part.Image image -> new Part.Image(image.source(), image.detail(), mark);
      case Part.Document file ->
          new Part.Document(file.source(), file.name(), file.context(), file.cited(), mark);
      case Part.Video video -> new Part.Video(video.source(), mark);
      case Part.ToolCall call ->
          new Part.ToolCall(call.id(), call.name(), call.arguments(), call.signature(), mark);
      case Part.ToolResult result ->
          new Part.ToolResult(
              result.callId(), result.name(), result.content(), result.failed(), mark);
      case Part.Audio _, Part.Thinking _, Part.RedactedThinking _, Part.Refusal _, Part.Foreign _ ->
          part;
    };
  }
}
