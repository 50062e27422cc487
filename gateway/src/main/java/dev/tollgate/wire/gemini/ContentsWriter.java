package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.Proof;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns of a conversation as {@code contents} and {@code systemInstruction}. For one request and
 * one thread.
 */
final class ContentsWriter {
  /**
   * Stands for the signature of a call that another model made: the third generation refuses calls
   * without one. Base64 of Google's {@code skip_thought_signature_validator}.
   */
  private static final String NO_SIGNATURE = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

  private static final String SIGNATURE = "thoughtSignature";
  private static final int PARSED_MAX = 8 << 20;

  private final MediaWriter media;
  private final boolean signs;
  private final ArrayNode contents = Nodes.array();
  private final ArrayNode instructions = Nodes.array();
  private final Map<String, String> toolNames = new HashMap<>();
  private Message.@Nullable Role speaker;
  private ArrayNode parts = Nodes.array();

  private ContentsWriter(Generation generation) {
    this.media = new MediaWriter(generation);
    this.signs = generation.thinksInLevels();
  }

  /**
   * Puts a chat's messages into a request.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} for what Gemini has no
   *     place for
   */
  static void write(Chat chat, Generation generation, ObjectNode request) {
    ContentsWriter writer = new ContentsWriter(generation);
    chat.messages().forEach(writer::add);
    if (writer.contents.isEmpty()) {
      // Gemini wants a turn, and a system instruction is none
      writer.turn(Message.Role.USER).add(Nodes.object().put("text", " "));
    }
    request.set("contents", writer.contents);
    if (!writer.instructions.isEmpty()) {
      request.set("systemInstruction", Nodes.object().set("parts", writer.instructions));
    }
  }

  private void add(Message message) {
    switch (message.role()) {
      case SYSTEM, DEVELOPER -> instruct(message);
      case USER, ASSISTANT, TOOL -> {
        for (Part part : message.parts()) {
          add(message.role(), part);
        }
      }
    }
  }

  private void instruct(Message message) {
    for (Part part : message.parts()) {
      if (part instanceof Part.Text text && !text.text().isEmpty()) {
        instructions.add(Nodes.object().put("text", text.text()));
      }
    }
  }

  /** The parts of the turn under way, a new one if another speaks. */
  private ArrayNode turn(Message.Role role) {
    if (speaker != role) {
      speaker = role;
      parts = Nodes.array();
      ObjectNode content = Nodes.object();
      content.put("role", role == Message.Role.ASSISTANT ? "model" : "user");
      content.set("parts", parts);
      contents.add(content);
    }
    return parts;
  }

  private void add(Message.Role role, Part part) {
    switch (part) {
      case Part.Text text -> addText(role, text.text());
      case Part.Refusal refusal -> addText(role, refusal.text());
      case Part.Thinking thought -> addThought(role, thought);
      case Part.ToolCall call -> addCall(role, call);
      case Part.ToolResult result -> addResult(result);
      case Part.Image image -> turn(role).add(media.of(image));
      case Part.Document document -> turn(role).add(media.of(document));
      case Part.Audio audio -> addAudio(role, audio);
      case Part.Video video -> turn(role).add(media.of(video));
      case Part.Foreign foreign -> {
        if (foreign.dialect() == Dialect.GEMINI) {
          turn(role).add(foreign.json());
        }
      }
      case Part.RedactedThinking _ -> {
        // another provider's secret
      }
    }
  }

  private void addText(Message.Role role, String text) {
    if (text.isEmpty()) {
      return;
    }
    ArrayNode turn = turn(role);
    ObjectNode part = Nodes.object().put("text", text);
    if (last(turn) instanceof ObjectNode before && isProof(before)) {
      // some clients have their thoughts before all texts
      part.set(SIGNATURE, before.get(SIGNATURE));
      turn.remove(turn.size() - 1);
    }
    turn.add(part);
  }

  /** Google signs texts, and wants the signature back with its text. */
  private void addThought(Message.Role role, Part.Thinking thought) {
    String signature = Proof.of(Dialect.GEMINI, thought.signature());
    if (!thought.text().isEmpty()) {
      turn(role).add(Nodes.object().put("text", thought.text()).put("thought", true));
    }
    if (signature == null) {
      return;
    }
    ArrayNode turn = turn(role);
    if (last(turn) instanceof ObjectNode before && isUnsignedText(before)) {
      before.put(SIGNATURE, signature);
    } else {
      turn.add(Nodes.object().put("text", "").put(SIGNATURE, signature));
    }
  }

  private static @Nullable JsonNode last(ArrayNode turn) {
    return turn.isEmpty() ? null : turn.get(turn.size() - 1);
  }

  private static boolean isProof(ObjectNode part) {
    return part.has(SIGNATURE) && part.path("text").asString("-").isEmpty();
  }

  private static boolean isUnsignedText(ObjectNode part) {
    return part.has("text") && !part.has("thought") && !part.has(SIGNATURE);
  }

  /** What a model once said is known by its words where its sound is with another provider. */
  private void addAudio(Message.Role role, Part.Audio audio) {
    JsonNode part = media.of(audio);
    if (part != null) {
      turn(role).add(part);
    } else if (audio.transcript() != null) {
      addText(role, audio.transcript());
    }
  }

  private void addCall(Message.Role role, Part.ToolCall call) {
    toolNames.put(call.id(), call.name());
    ArrayNode turn = turn(role);
    ObjectNode part = Nodes.object();
    ObjectNode function = part.putObject("functionCall");
    function.put("name", call.name());
    function.set("args", arguments(call.arguments()));
    if (call.signature() != null) {
      part.put(SIGNATURE, call.signature());
    } else if (signs && !followsCall(turn)) {
      part.put(SIGNATURE, NO_SIGNATURE);
    }
    turn.add(part);
  }

  /** Of calls made at once only the first is signed. */
  private static boolean followsCall(ArrayNode turn) {
    return !turn.isEmpty() && turn.get(turn.size() - 1).has("functionCall");
  }

  private static ObjectNode arguments(String text) {
    if (text.isBlank()) {
      return Nodes.object();
    }
    ObjectNode parsed = object(text);
    return parsed == null ? Nodes.object().put("arguments", text) : parsed;
  }

  private void addResult(Part.ToolResult result) {
    String name = result.name() != null ? result.name() : toolNames.get(result.callId());
    if (name == null) {
      throw Fields.bad(
          "messages", "a tool call with the id '" + result.callId() + "' before its result");
    }
    StringBuilder text = new StringBuilder();
    ArrayNode attached = Nodes.array();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text said -> text.append(said.text());
        case Part.Image image -> attached.add(media.of(image));
        case Part.Document document -> attached.add(media.of(document));
        case Part.Audio audio -> {
          JsonNode sound = media.of(audio);
          if (sound != null) {
            attached.add(sound);
          }
        }
        case Part.Video video -> attached.add(media.of(video));
        case Part.Refusal _,
            Part.Thinking _,
            Part.RedactedThinking _,
            Part.ToolCall _,
            Part.ToolResult _,
            Part.Foreign _ -> {
          // no result has these
        }
      }
    }
    ArrayNode turn = turn(Message.Role.TOOL);
    ObjectNode function = Nodes.object().put("name", name);
    function.set("response", response(text.toString(), result.failed()));
    turn.add(Nodes.object().set("functionResponse", function));
    turn.addAll(attached);
  }

  /** A result has to be an object: one that is none becomes the content of one. */
  private static JsonNode response(String text, boolean failed) {
    ObjectNode parsed = failed ? null : object(text);
    return parsed == null ? Nodes.object().put(failed ? "error" : "content", text) : parsed;
  }

  private static @Nullable ObjectNode object(String text) {
    String bare = text.strip();
    if (!bare.startsWith("{") || bare.length() > PARSED_MAX) {
      return null;
    }
    try {
      return JsonTree.read(bare.getBytes(UTF_8)) instanceof ObjectNode object ? object : null;
    } catch (JacksonException broken) {
      return null;
    }
  }
}
