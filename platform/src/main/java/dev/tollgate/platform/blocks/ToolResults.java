package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pairs tool calls in a conversation with their results. */
public final class ToolResults {
  private static final String ANTHROPIC_ID = "toolu_";

  private ToolResults() {}

  /** The ids of the calls that have no result yet, in order. */
  public static Set<String> pending(List<ObjectNode> conversation) {
    Set<String> ids = new LinkedHashSet<>();
    for (ObjectNode message : conversation) {
      for (JsonNode call : message.path("tool_calls")) {
        ids.add(Json.text(call.path("id")));
      }
      if (message.has("tool_call_id")) {
        ids.remove(Json.text(message.path("tool_call_id")));
      }
      ids.addAll(idsOfParts(message, "tool_use", "id"));
      ids.removeAll(idsOfParts(message, "tool_result", "tool_use_id"));
    }
    return ids;
  }

  /**
   * The conversation with results at its end; other calls may stay open for a later one.
   *
   * <p>A result takes Anthropic's form if its call has it and an id of Anthropic's. The platform
   * goes by the id alone; but a gateway hands such ids out in OpenAI's form too, and then the
   * result has to be in that form.
   *
   * @param results by the call's id
   * @throws BadInputException if a result belongs to no open call
   */
  public static List<ObjectNode> append(
      List<ObjectNode> conversation, Map<String, String> results) {
    Set<String> open = pending(conversation);
    Set<String> anthropic = new LinkedHashSet<>();
    for (ObjectNode message : conversation) {
      anthropic.addAll(idsOfParts(message, "tool_use", "id"));
    }
    List<ObjectNode> all = new ArrayList<>(conversation);
    ObjectNode parts = Json.object();
    parts.put("role", "user");
    ArrayNode content = parts.putArray("content");
    results.forEach(
        (id, result) -> {
          if (!open.contains(id)) {
            throw new BadInputException("results", "the id " + id, "an open call, one of " + open);
          }
          if (id.startsWith(ANTHROPIC_ID) && anthropic.contains(id)) {
            content.add(part(id, result));
          } else {
            all.add(Messages.tool(id, result));
          }
        });
    if (!content.isEmpty()) {
      all.add(parts);
    }
    return all;
  }

  private static ObjectNode part(String id, String result) {
    ObjectNode part = Json.object();
    part.put("type", "tool_result");
    part.put("tool_use_id", id);
    part.put("content", result);
    return part;
  }

  private static Set<String> idsOfParts(ObjectNode message, String type, String field) {
    Set<String> ids = new LinkedHashSet<>();
    JsonNode content = message.path("content");
    if (content.isArray()) {
      for (JsonNode part : content) {
        if (Messages.isType(part, type)) {
          ids.add(Json.text(part.path(field)));
        }
      }
    }
    return ids;
  }
}
