package dev.tollgate.wire;

import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Requests to test with, made from a seed, of what a dialect can say. */
final class Conversations {
  /** What only some dialects can say. */
  enum Can {
    IMAGE_URL,
    PDF,
    SIGNED_THOUGHT,
    SEALED_THOUGHT,
    PLAIN_THOUGHT,
    FAILED_RESULT,
    WORDS_BEFORE_CALLS,
    TOP_K,
    STOP,
    SEED,
    PENALTIES,
    USER,
    ONE_CALL,
    NAMED_TOOL,
    NO_TOOL,
    JSON_OBJECT,
    JSON_SCHEMA,
    BUDGET,
    EFFORT
  }

  private static final String PNG = "iVBORw0KGgo=";

  private final Random random;
  private final Set<Can> can;
  private final List<Message> messages = new ArrayList<>();
  private int calls;

  private Conversations(Random random, Set<Can> can) {
    this.random = random;
    this.can = can;
  }

  static Chat random(Random random, Set<Can> can) {
    return new Conversations(random, can).chat();
  }

  private boolean maybe(Can what) {
    return can.contains(what) && random.nextBoolean();
  }

  private String words() {
    return Replies.words(random);
  }

  private Chat chat() {
    if (random.nextBoolean()) {
      messages.add(Message.of(Role.SYSTEM, words()));
    }
    messages.add(user());
    for (int turns = random.nextInt(4); turns > 0; turns--) {
      messages.add(answer());
      messages.add(user());
    }
    List<Tool> tools = new ArrayList<>();
    for (int i = calls > 0 ? 3 : random.nextInt(3); i > 0; i--) {
      tools.add(new Tool.Function("tool" + i, words(), schema(), null, null));
    }
    return new Chat(
        messages,
        tools,
        tools.isEmpty() ? null : choice(),
        (!tools.isEmpty() && maybe(Can.ONE_CALL)) ? false : null,
        format(),
        reasoning(),
        sampling(),
        maybe(Can.USER) ? "user-" + random.nextInt(99) : null,
        Map.of());
  }

  private Message user() {
    List<Part> parts = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      Source source =
          maybe(Can.IMAGE_URL)
              ? new Source.Url("https://example.com/" + random.nextInt(9) + ".png", null)
              : new Source.Data("image/png", PNG);
      parts.add(new Part.Image(source, null, null));
    }
    if (random.nextInt(4) == 0 && can.contains(Can.PDF)) {
      Source source = new Source.Data("application/pdf", PNG);
      parts.add(new Part.Document(source, "a.pdf", null, null, null));
    }
    parts.add(Part.Text.of(words()));
    return Message.of(Role.USER, parts);
  }

  /** What the model said; the results of its calls are the next message. */
  private Message answer() {
    List<Part> parts = new ArrayList<>();
    if (maybe(Can.SIGNED_THOUGHT)) {
      parts.add(new Part.Thinking(words(), "c2lnbmF0dXJl" + random.nextInt(9)));
    } else if (maybe(Can.SEALED_THOUGHT)) {
      parts.add(new Part.RedactedThinking("c2VhbGVk"));
    } else if (maybe(Can.PLAIN_THOUGHT)) {
      parts.add(new Part.Thinking(words(), null));
    }
    boolean words = random.nextBoolean();
    int made = words ? random.nextInt(3) : 1 + random.nextInt(2);
    if (words && (made == 0 || can.contains(Can.WORDS_BEFORE_CALLS))) {
      parts.add(Part.Text.of(words()));
    }
    List<Part> results = new ArrayList<>();
    for (int i = 0; i < made; i++) {
      String id = "call_" + calls++;
      String name = "tool" + (1 + random.nextInt(3));
      ObjectNode arguments = JsonTree.object().put("q", words()).put("n", random.nextInt());
      parts.add(Part.ToolCall.of(id, name, arguments.toString()));
      boolean failed = maybe(Can.FAILED_RESULT);
      results.add(
          new Part.ToolResult(id, name, List.of(Part.Text.of("w" + words())), failed, null));
    }
    if (results.isEmpty()) {
      return Message.of(Role.ASSISTANT, parts);
    }
    messages.add(Message.of(Role.ASSISTANT, parts));
    return Message.of(Role.TOOL, results);
  }

  private static ObjectNode schema() {
    ObjectNode schema = JsonTree.object().put("type", "object");
    schema.putObject("properties").putObject("q").put("type", "string");
    return schema;
  }

  private @Nullable ToolChoice choice() {
    return switch (random.nextInt(4)) {
      case 0 -> new ToolChoice.Required();
      case 1 -> can.contains(Can.NAMED_TOOL) ? new ToolChoice.Named("tool1") : null;
      case 2 -> can.contains(Can.NO_TOOL) ? new ToolChoice.None() : null;
      default -> null;
    };
  }

  private @Nullable OutputFormat format() {
    return maybe(Can.JSON_OBJECT)
        ? new OutputFormat.JsonObject()
        : maybe(Can.JSON_SCHEMA)
            ? new OutputFormat.JsonSchema(
                "response", null, schema().put("additionalProperties", false), null)
            : null;
  }

  private @Nullable Reasoning reasoning() {
    return maybe(Can.BUDGET)
        ? Reasoning.ofBudget(1024 + random.nextInt(4096))
        : maybe(Can.EFFORT) ? Reasoning.ofEffort("medium") : null;
  }

  private Sampling sampling() {
    return new Sampling(
        1L + random.nextInt(9000),
        number(),
        number(),
        maybe(Can.TOP_K) ? BigDecimal.valueOf(1 + random.nextInt(99)) : null,
        maybe(Can.STOP) ? List.of(words(), "END") : List.of(),
        maybe(Can.SEED) ? (Long) (long) random.nextInt(99) : null,
        maybe(Can.PENALTIES) ? number() : null,
        maybe(Can.PENALTIES) ? number() : null,
        null,
        null,
        null,
        null);
  }

  private @Nullable BigDecimal number() {
    return random.nextBoolean() ? BigDecimal.valueOf(1 + 2 * random.nextInt(5), 1) : null;
  }

  /**
   * A request as lines, whatever ids its calls have and however its messages are cut: what two
   * requests have to share to be the same.
   */
  static List<String> lines(Chat chat) {
    List<String> lines = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    for (Message message : chat.messages()) {
      String role = message.role() == Role.DEVELOPER ? "SYSTEM" : message.role().toString();
      for (Part part : message.parts()) {
        lines.add(role + " " + line(part, ids));
      }
    }
    for (Tool tool : chat.tools()) {
      Tool.Function function = (Tool.Function) tool;
      lines.add(function.name() + " " + function.description() + " " + function.parameters());
    }
    lines.add(calls(chat.toolChoice(), chat.parallelToolCalls()));
    lines.add("format " + named(chat.format()) + " user " + chat.endUser());
    Reasoning reasoning = chat.reasoning();
    lines.add(
        reasoning == null ? "" : "think " + reasoning.effort() + " " + reasoning.budgetTokens());
    lines.add(chat.sampling().toString());
    return lines;
  }

  /** With a tool that is named, or none, at most one is called anyway. */
  private static String calls(@Nullable ToolChoice choice, @Nullable Boolean parallel) {
    return switch (choice) {
      case null -> parallel == null ? "" : "calls " + new ToolChoice.Auto() + " " + parallel;
      case ToolChoice.Auto _, ToolChoice.Required _ -> "calls " + choice + " " + parallel;
      case ToolChoice.None _, ToolChoice.Named _ -> "calls " + choice;
    };
  }

  private static String named(@Nullable OutputFormat format) {
    return format instanceof OutputFormat.JsonSchema schema
        ? schema.schema().toString()
        : String.valueOf(format);
  }

  static String line(Part part, Map<String, Integer> ids) {
    return switch (part) {
      case Part.Text text -> "text " + text.text();
      case Part.Thinking thought -> "thought " + thought.text() + " " + thought.signature();
      case Part.RedactedThinking thought -> "sealed " + thought.data();
      case Part.ToolCall call -> {
        ids.put(call.id(), ids.size());
        yield "call " + ids.get(call.id()) + " " + call.name() + " " + call.arguments();
      }
      case Part.ToolResult result ->
          "result " + ids.get(result.callId()) + " " + result.content() + " " + result.failed();
      case Part.Image image -> "image " + image.source();
      case Part.Document document -> "document " + document.source();
      default -> throw new AssertionError("nobody said " + part);
    };
  }
}
