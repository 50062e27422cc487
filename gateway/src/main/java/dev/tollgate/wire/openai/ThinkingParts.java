package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.sse.EventData;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link Quirk#THINKING_PARTS}: Mistral's reasoning models answer with a list of thoughts and
 * texts.
 */
final class ThinkingParts {
  private static final byte[] MARK = "\"thinking\"".getBytes(UTF_8);

  private ThinkingParts() {}

  /** The event with its content as one text; itself if it has no thoughts. */
  static EventData flatten(EventData event) {
    return isMarked(event.buffer(), event.dataFrom(), event.dataTo())
        ? EventData.wrap(flatten(event.copy()))
        : event;
  }

  /** The reply or chunk with its content as one text; itself if it has no thoughts. */
  static byte[] flatten(byte[] json) {
    if (!isMarked(json, 0, json.length) || !(JsonTree.read(json) instanceof ObjectNode reply)) {
      return json;
    }
    boolean changed = false;
    for (JsonNode choice : reply.path("choices")) {
      changed |= flatten(choice.path(choice.has("delta") ? "delta" : "message"));
    }
    return changed ? JsonTree.write(reply) : json;
  }

  private static boolean flatten(JsonNode message) {
    if (!(message instanceof ObjectNode object) || !message.path("content").isArray()) {
      return false;
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    for (JsonNode part : message.path("content")) {
      text.append(Tree.textOrEmpty(part, "text"));
      thoughts.append(Tree.textOrEmpty(part, "thinking"));
      for (JsonNode thought : Tree.items(part, "thinking")) {
        thoughts.append(Tree.textOrEmpty(thought, "text"));
      }
    }
    object.put("content", text.toString());
    if (!thoughts.isEmpty()) {
      object.put("reasoning_content", thoughts.toString());
    }
    return true;
  }

  private static boolean isMarked(byte[] json, int from, int to) {
    for (int at = from; at + MARK.length <= to; at++) {
      int same = 0;
      while (same < MARK.length && json[at + same] == MARK[same]) {
        same++;
      }
      if (same == MARK.length) {
        return true;
      }
    }
    return false;
  }
}
