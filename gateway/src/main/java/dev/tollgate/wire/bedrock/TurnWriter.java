package dev.tollgate.wire.bedrock;

import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.json.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the turns of a conversation for Converse: system messages apart, and of the others each
 * side in one message until the other speaks. For one request and one thread.
 */
final class TurnWriter {
  /** What LiteLLM says in place of nothing, which Bedrock refuses. */
  private static final String NOTHING_SAID =
      "[System: Empty message content sanitised to satisfy protocol]";

  private final Chat chat;
  private final BlockWriter blocks = new BlockWriter();
  private final ArrayNode system = JsonTree.array();
  private final ArrayNode turns = JsonTree.array();
  private final @Nullable Message guarded;
  private String speaker = "";
  private ArrayNode content = turns;

  TurnWriter(Chat chat) {
    this.chat = chat;
    this.guarded = chat.extras().containsKey("guardrailConfig") ? lastOfUser(chat) : null;
  }

  /** A guardrail judges what the user said last, unless the client marked what it shall judge. */
  private static @Nullable Message lastOfUser(Chat chat) {
    Message last = null;
    for (Message message : chat.messages()) {
      last = message.role() == Role.USER ? message : last;
    }
    return last;
  }

  /** Whether tools were called before. */
  static boolean calls(Chat chat) {
    return chat.messages().stream()
        .flatMap(message -> message.parts().stream())
        .anyMatch(part -> part instanceof Part.ToolCall || part instanceof Part.ToolResult);
  }

  void addTo(ObjectNode body) {
    for (Message message : chat.messages()) {
      switch (message.role()) {
        case SYSTEM, DEVELOPER -> addSystem(message);
        case USER, TOOL -> add("user", message);
        case ASSISTANT -> add("assistant", message);
      }
    }
    body.set("messages", turns);
    if (!system.isEmpty()) {
      body.set("system", system);
    }
  }

  private void addSystem(Message message) {
    for (Part part : message.parts()) {
      if (part instanceof Part.Text said && !said.text().isEmpty()) {
        system.add(BlockWriter.text(said.text()));
        addMark(said, system);
      }
    }
  }

  private static void addMark(Part part, ArrayNode to) {
    JsonNode mark = CacheMark.of(part);
    if (mark != null) {
      to.add(CacheMark.point(mark));
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very message, not one like it
  private void add(String role, Message message) {
    List<Part> parts = message.parts();
    if (parts.isEmpty()) {
      return;
    }
    if (!role.equals(speaker)) {
      speaker = role;
      content = turns.addObject().put("role", role).putArray("content");
    }
    boolean silent = parts.stream().noneMatch(TurnWriter::isSaid);
    for (Part part : parts) {
      JsonNode block =
          part instanceof Part.Text said
              ? text(said, silent, message == guarded)
              : blocks.write(part);
      if (block != null) {
        content.add(block);
        addMark(part, content);
      }
    }
  }

  private static boolean isSaid(Part part) {
    return part instanceof Part.Text said && !said.text().isBlank();
  }

  private static @Nullable JsonNode text(Part.Text said, boolean silent, boolean judged) {
    if (said.text().isBlank()) {
      return silent ? BlockWriter.text(NOTHING_SAID) : null;
    }
    return judged ? BlockWriter.guarded(said.text()) : BlockWriter.text(said.text());
  }
}
