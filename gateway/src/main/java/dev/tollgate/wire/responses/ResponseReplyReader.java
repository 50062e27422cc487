package dev.tollgate.wire.responses;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.Proof;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a response object into the common language. */
final class ResponseReplyReader {
  private ResponseReplyReader() {}

  /**
   * Reads a whole reply.
   *
   * @param usage its figures, read already
   */
  static Reply read(byte[] body, @Nullable Usage usage) {
    JsonNode response = JsonTree.read(body);
    List<Part> parts = new ArrayList<>();
    for (JsonNode item : response.path("output")) {
      item(item, parts);
    }
    boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
    JsonNode created = response.path("created_at");
    return new Reply(
        text(response, "id"),
        text(response, "model"),
        created.isNumber() ? created.decimalValue().longValue() : null,
        List.of(new Reply.Choice(0, parts, finish(response, calls), null)),
        usage,
        Map.of());
  }

  static Finish finish(JsonNode response, boolean calls) {
    String reason = text(response.path("incomplete_details"), "reason");
    return switch (reason) {
      case null -> Finish.of(calls ? Finish.Reason.TOOL_CALLS : Finish.Reason.STOP);
      case "content_filter" -> new Finish(Finish.Reason.CONTENT_FILTER, null, reason);
      default -> new Finish(Finish.Reason.LENGTH, null, reason);
    };
  }

  private static void item(JsonNode item, List<Part> parts) {
    switch (text(item, "type")) {
      case "message" -> {
        for (JsonNode content : item.path("content")) {
          String refusal = text(content, "refusal");
          String said = text(content, "text");
          if (refusal != null) {
            parts.add(new Part.Refusal(refusal));
          } else if (said != null) {
            parts.add(new Part.Text(said, citations(content), null));
          }
        }
      }
      case "function_call" ->
          parts.add(
              Part.ToolCall.of(
                  orEmpty(item, "call_id"), orEmpty(item, "name"), orEmpty(item, "arguments")));
      case "reasoning" -> parts.add(thinking(item));
      case null, default -> {
        // a tool that ran at OpenAI: its outcome is in the text
      }
    }
  }

  static Part.Thinking thinking(JsonNode item) {
    StringBuilder summary = new StringBuilder();
    for (JsonNode part : item.path("summary")) {
      summary.append(summary.isEmpty() ? "" : "\n\n").append(orEmpty(part, "text"));
    }
    String encrypted = text(item, "encrypted_content");
    String proof =
        encrypted == null
            ? null
            : new Proof(Dialect.RESPONSES, orEmpty(item, "id") + ":" + encrypted).write();
    return new Part.Thinking(summary.toString(), proof);
  }

  private static List<Citation> citations(JsonNode content) {
    List<Citation> citations = new ArrayList<>(0);
    for (JsonNode annotation : content.path("annotations")) {
      citations.add(citation(annotation));
    }
    return citations;
  }

  static Citation citation(JsonNode annotation) {
    return new Citation(
        text(annotation, "url"),
        text(annotation, "title"),
        null,
        annotation.path("start_index").asInt(-1),
        annotation.path("end_index").asInt(-1),
        annotation);
  }

  static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? value.stringValue() : null;
  }

  static String orEmpty(JsonNode object, String name) {
    String value = text(object, name);
    return value == null ? "" : value;
  }
}
