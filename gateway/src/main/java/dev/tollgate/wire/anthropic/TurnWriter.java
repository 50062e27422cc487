package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the turns of a conversation: system messages apart, and of the others each side in one
 * message until the other speaks. For one request and one thread.
 */
final class TurnWriter {
  /** What LiteLLM says in place of nothing, which Anthropic refuses. */
  static final String NOTHING_SAID =
      "[System: Empty message content sanitised to satisfy protocol]";

  private final Chat chat;
  private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode turns = JsonNodeFactory.instance.arrayNode();
  private String speaker = "";
  private ArrayNode content = turns;

  TurnWriter(Chat chat) {
    this.chat = chat;
  }

  void addTo(ObjectNode body) {
    for (Message message : chat.messages()) {
      switch (message.role()) {
        case SYSTEM, DEVELOPER -> addSystem(message);
        case USER, TOOL -> add("user", message.parts());
        case ASSISTANT -> add("assistant", message.parts());
      }
    }
    trimLast();
    body.set("messages", turns);
    if (!system.isEmpty()) {
      body.set("system", system);
    }
  }

  private void addSystem(Message message) {
    for (Part part : message.parts()) {
      if (part instanceof Part.Text said && !said.text().isEmpty()) {
        system.add(BlockWriter.text(said));
      }
    }
  }

  private void add(String role, List<Part> parts) {
    if (parts.isEmpty()) {
      return;
    }
    if (!role.equals(speaker)) {
      speaker = role;
      ObjectNode turn = turns.addObject().put("role", role);
      content = turn.putArray("content");
    }
    boolean silent = parts.stream().noneMatch(TurnWriter::isSaid);
    for (Part part : parts) {
      JsonNode block = block(part, silent);
      if (block != null) {
        content.add(block);
      }
    }
  }

  private static boolean isSaid(Part part) {
    return part instanceof Part.Text said && !said.text().isBlank();
  }

  /** A block; null for what can be left out. */
  private @Nullable JsonNode block(Part part, boolean silent) {
    return switch (part) {
      case Part.Text said -> text(said, silent);
      case Part.Image image -> BlockWriter.image(image);
      case Part.Document document -> BlockWriter.document(document);
      case Part.ToolCall call -> call(call);
      case Part.ToolResult result -> result(result);
      case Part.Thinking thought -> BlockWriter.thinking(thought);
      case Part.RedactedThinking thought -> BlockWriter.redacted(thought);
      case Part.Refusal refusal -> BlockWriter.text(refusal.text());
      case Part.Foreign foreign -> BlockWriter.foreign(foreign);
      case Part.Audio audio -> {
        if (audio.transcript() == null) {
          throw refused("messages", "audio");
        }
        yield BlockWriter.text(audio.transcript());
      }
      case Part.Video _ -> throw refused("messages", "video");
    };
  }

  private static @Nullable JsonNode text(Part.Text said, boolean silent) {
    if (!said.text().isBlank()) {
      return BlockWriter.text(said);
    }
    return silent ? BlockWriter.text(NOTHING_SAID) : null;
  }

  private JsonNode call(Part.ToolCall call) {
    ObjectNode block = BlockWriter.call(call);
    if (block == null) {
      throw new FailureException(
          new Failure.BadRequest(
              "litellm.BadRequestError: AnthropicException - Failed to parse tool call arguments for"
                  + " tool '"
                  + call.name()
                  + "' (Anthropic tool invoke): expected a JSON object.",
              null));
    }
    return block;
  }

  private JsonNode result(Part.ToolResult result) {
    ObjectNode block =
        BlockWriter.node("tool_result").put("tool_use_id", BlockWriter.id(result.callId()));
    if (BlockWriter.isPlainText(result.content())
        && result.content().getFirst() instanceof Part.Text only) {
      block.put("content", only.text());
    } else {
      ArrayNode parts = block.putArray("content");
      for (Part part : result.content()) {
        JsonNode inner = block(part, false);
        if (inner != null) {
          parts.add(inner);
        }
      }
    }
    if (result.failed()) {
      block.put("is_error", true);
    }
    return BlockWriter.marked(block, result.cacheControl());
  }

  /** The start of an answer that the model shall go on with must not end in white space. */
  private void trimLast() {
    if (speaker.equals("assistant")
        && content.size() > 0
        && content.get(content.size() - 1) instanceof ObjectNode last
        && last.path("type").asString("").equals("text")) {
      last.put("text", last.path("text").asString("").stripTrailing());
    }
  }

  /** The refusal of what has no place in this dialect. */
  static FailureException refused(String param, String what) {
    return new FailureException(
        new Failure.BadRequest(
            "litellm.UnsupportedParamsError: anthropic does not support " + what + ".", param));
  }
}
