package dev.tollgate.wire.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads replies of {@code /api/chat} and {@code /api/generate}, and what their streams share. */
final class OllamaReply {
  private OllamaReply() {}

  /**
   * A whole reply; null if the document is none.
   *
   * @param callsAsked whether a JSON text of the generated answer may be a call
   */
  static @Nullable Reply read(JsonNode reply, boolean callsAsked) {
    JsonNode message = reply.path("message");
    List<Part> parts = new ArrayList<>();
    String generated = Tree.text(reply, "response");
    if (!message.isObject() && generated == null) {
      return null;
    }
    JsonNode thinker = message.isObject() ? message : reply;
    String thinking = Tree.textOrEmpty(thinker, "thinking");
    if (!thinking.isEmpty()) {
      parts.add(new Part.Thinking(thinking, null));
    }
    String text = generated == null ? Tree.textOrEmpty(message, "content") : generated;
    Part.ToolCall asked = callsAsked ? callIn(text, reply) : null;
    if (asked != null) {
      parts.add(asked);
    } else if (!text.isEmpty()) {
      parts.add(Part.Text.of(text));
    }
    int index = 0;
    for (JsonNode call : Tree.items(message, "tool_calls")) {
      parts.add(call(call, reply, index++));
    }
    boolean calls = asked != null || index > 0;
    return new Reply(
        null,
        Tree.text(reply, "model"),
        null,
        List.of(new Reply.Choice(0, parts, finish(reply, calls), null)),
        usage(reply),
        Map.of());
  }

  static Finish finish(JsonNode reply, boolean calls) {
    String word = Tree.text(reply, "done_reason");
    Reason reason = "length".equals(word) ? Reason.LENGTH : calls ? Reason.TOOL_CALLS : Reason.STOP;
    return new Finish(reason, null, word);
  }

  /** The figures; null if they are not complete, as with old servers that had the prompt cached. */
  static @Nullable Usage usage(JsonNode reply) {
    long input = Tree.tokens(reply, "prompt_eval_count");
    return input > 0 ? Usage.of(input, Tree.tokens(reply, "eval_count")) : null;
  }

  static Part.ToolCall call(JsonNode call, JsonNode reply, int index) {
    JsonNode function = call.path("function");
    JsonNode arguments = function.path("arguments");
    String text =
        arguments.isString()
            ? arguments.stringValue()
            : arguments.isMissingNode() ? "" : new String(JsonTree.write(arguments), UTF_8);
    String id = Tree.textOrEmpty(call, "id");
    String name = Tree.textOrEmpty(function, "name");
    return Part.ToolCall.of(id.isEmpty() ? id(reply, index, name + text) : id, name, text);
  }

  /** The call that a generated JSON text stands for; null if it is none. */
  static Part.@Nullable ToolCall callIn(String text, JsonNode reply) {
    try {
      if (JsonTree.read(text.getBytes(UTF_8)) instanceof ObjectNode call
          && call.path("name").isString()
          && call.has("arguments")) {
        return call(Tree.object().set("function", call), reply, 0);
      }
    } catch (JacksonException notJson) {
      return null; // words
    }
    return null;
  }

  /**
   * Older servers give calls no id, and a result has to name its call: one that is the same however
   * the reply is read, and another in each reply, since their moments have nanoseconds.
   */
  private static String id(JsonNode reply, int index, String call) {
    long hash = 0xcbf29ce484222325L;
    String seed = Tree.textOrEmpty(reply, "created_at") + '|' + index + '|' + call;
    for (int i = 0; i < seed.length(); i++) {
      hash = (hash ^ seed.charAt(i)) * 0x100000001b3L;
    }
    return "call_" + Long.toUnsignedString(hash, Character.MAX_RADIX);
  }
}
