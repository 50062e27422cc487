package dev.tollgate.wire.responses;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A model's parts as output items. For one reply. */
final class OutputItems {
  private final ArrayNode items = JsonTree.array();
  private final String suffix;
  private final String status;

  /**
   * @param suffix what makes the ids of this reply's items its own
   * @param status of the whole answer
   */
  private OutputItems(String suffix, String status) {
    this.suffix = suffix;
    this.status = status;
  }

  static ArrayNode of(List<Part> parts, String suffix, String status) {
    OutputItems output = new OutputItems(suffix, status);
    List<Part> thoughts = new ArrayList<>(0);
    List<Part> said = new ArrayList<>(1);
    for (Part part : parts) {
      switch (part) {
        case Part.Thinking _, Part.RedactedThinking _ -> {
          output.message(said);
          thoughts.add(part);
        }
        case Part.Text _, Part.Refusal _ -> {
          output.reasoning(thoughts);
          said.add(part);
        }
        case Part.ToolCall call -> {
          output.reasoning(thoughts);
          output.message(said);
          output.items.add(call(call, "completed"));
        }
        case Part.Foreign foreign -> {
          if (foreign.dialect() == Dialect.RESPONSES) {
            output.items.add(foreign.json());
          }
        }
        case Part.Image _, Part.Document _, Part.Audio _, Part.Video _, Part.ToolResult _ -> {
          // a response has no such item
        }
      }
    }
    output.reasoning(thoughts);
    output.message(said);
    return output.items;
  }

  private void reasoning(List<Part> thoughts) {
    if (!thoughts.isEmpty()) {
      items.add(reasoning("rs_" + suffix + items.size(), List.copyOf(thoughts)));
      thoughts.clear();
    }
  }

  private void message(List<Part> said) {
    if (!said.isEmpty()) {
      items.add(message("msg_" + suffix + items.size(), said, status));
      said.clear();
    }
  }

  /**
   * Thoughts; what proves them goes where OpenAI's encrypted ones go, and comes back from there.
   */
  static ObjectNode reasoning(String id, List<Part> thoughts) {
    ObjectNode item = JsonTree.object().put("type", "reasoning").put("id", id);
    item.put("status", "completed");
    ArrayNode summary = item.putArray("summary");
    ArrayNode blocks = JsonTree.array();
    boolean signed = false;
    for (Part thought : thoughts) {
      if (thought instanceof Part.Thinking thinking) {
        if (!thinking.text().isEmpty()) {
          summary.addObject().put("type", "summary_text").put("text", thinking.text());
        }
        ObjectNode block = blocks.addObject().put("type", "thinking");
        block.put("thinking", thinking.text());
        if (thinking.signature() != null) {
          block.put("signature", thinking.signature());
          signed = true;
        }
      } else if (thought instanceof Part.RedactedThinking hidden) {
        blocks.addObject().put("type", "redacted_thinking").put("data", hidden.data());
        signed = true;
      }
    }
    if (signed) {
      item.put("encrypted_content", blocks.toString());
    }
    return item;
  }

  static ObjectNode message(String id, List<Part> said, String status) {
    ObjectNode item = JsonTree.object().put("type", "message").put("id", id);
    item.put("status", status).put("role", "assistant");
    ArrayNode content = item.putArray("content");
    for (Part part : said) {
      if (part instanceof Part.Text text) {
        content.add(text(text.text(), text.citations()));
      } else if (part instanceof Part.Refusal refusal) {
        content.addObject().put("type", "refusal").put("refusal", refusal.text());
      }
    }
    return item;
  }

  static ObjectNode text(String text, List<Citation> citations) {
    ObjectNode written = JsonTree.object().put("type", "output_text").put("text", text);
    ArrayNode annotations = written.putArray("annotations");
    for (Citation citation : citations) {
      ObjectNode annotation = annotation(citation);
      if (annotation != null) {
        annotations.add(annotation);
      }
    }
    return written;
  }

  static @Nullable ObjectNode annotation(Citation citation) {
    if (citation.url() == null) {
      return null;
    }
    return JsonTree.object()
        .put("type", "url_citation")
        .put("url", citation.url())
        .put("title", Objects.requireNonNullElse(citation.title(), ""))
        .put("start_index", Math.max(0, citation.from()))
        .put("end_index", Math.max(0, citation.to()));
  }

  static ObjectNode call(Part.ToolCall call, String status) {
    return JsonTree.object()
        .put("type", "function_call")
        .put("id", "fc_" + SignedIds.bare(call.id()))
        .put("call_id", call.id())
        .put("name", call.name())
        .put("arguments", call.arguments())
        .put("status", status);
  }
}
