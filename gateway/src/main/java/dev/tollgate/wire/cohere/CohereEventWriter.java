package dev.tollgate.wire.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes a stream as clients of {@code /v2/chat} read it: its first choice. For one reply. */
final class CohereEventWriter implements EventWriter {
  /** What the part that is open is to the client. */
  private enum Open {
    NOTHING,
    TEXT,
    THINKING,
    CALL
  }

  private final ReplyShape shape;
  private Open open = Open.NOTHING;
  private int contents;
  private int calls;
  private int citations;
  private @Nullable Finish finish;
  private @Nullable Usage usage;

  CohereEventWriter(ReplyShape shape) {
    this.shape = shape;
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    switch (event) {
      case Event.Started started -> start(started, out);
      case Event.PartStarted part when part.choice() == 0 -> startPart(part.head(), out);
      case Event.Grown grown when grown.choice() == 0 -> grow(grown, out);
      case Event.Cited cited when cited.choice() == 0 && open == Open.TEXT -> {
        ObjectNode start = event("citation-start", citations);
        message(start).set("citations", CohereWords.write(cited.citation(), contents));
        send(start, out);
        send(event("citation-end", citations++), out);
      }
      case Event.PartEnded ended when ended.choice() == 0 -> endPart(out);
      case Event.Finished finished when finished.choice() == 0 -> finish = finished.finish();
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> end(out);
      case Event.PartStarted _,
          Event.Grown _,
          Event.Cited _,
          Event.PartEnded _,
          Event.Finished _,
          Event.Logprobs _,
          Event.Failed _ -> {
        // of other choices, or with no form here
      }
    }
  }

  private void start(Event.Started started, ByteArrayOutputStream out) {
    ObjectNode event = Tree.object().put("type", "message-start");
    event.put("id", started.id() == null ? shape.id("") : started.id());
    ObjectNode message = message(event).put("role", "assistant");
    message.putArray("content");
    message.put(CohereWords.TOOL_PLAN, "");
    message.putArray("tool_calls");
    message.putArray("citations");
    send(event, out);
  }

  private void startPart(Part head, ByteArrayOutputStream out) {
    switch (head) {
      case Part.Text said -> startContent(Open.TEXT, said.text(), out);
      case Part.Refusal refusal -> startContent(Open.TEXT, refusal.text(), out);
      case Part.Audio _ -> startContent(Open.TEXT, "", out);
      case Part.Thinking thought when thought.signature() != null && thought.text().isEmpty() -> {
        // a proof without words
      }
      case Part.Thinking thought -> startContent(Open.THINKING, thought.text(), out);
      case Part.ToolCall call -> {
        open = Open.CALL;
        ObjectNode event = event("tool-call-start", calls);
        message(event)
            .putObject("tool_calls")
            .put("id", call.id())
            .put("type", "function")
            .putObject("function")
            .put("name", call.name())
            .put("arguments", call.arguments());
        send(event, out);
      }
      case Part.Foreign foreign -> {
        String plan = Tree.text(foreign.json(), CohereWords.TOOL_PLAN);
        if (plan != null) {
          ObjectNode event = Tree.object().put("type", "tool-plan-delta");
          message(event).put(CohereWords.TOOL_PLAN, plan);
          send(event, out);
        }
      }
      case Part.Image _,
          Part.Document _,
          Part.Video _,
          Part.ToolResult _,
          Part.RedactedThinking _ -> {
        // Cohere's clients know none of these in an answer
      }
    }
  }

  private void startContent(Open kind, String text, ByteArrayOutputStream out) {
    open = kind;
    String name = kind == Open.THINKING ? "thinking" : "text";
    ObjectNode event = event("content-start", contents);
    message(event).putObject("content").put("type", name).put(name, text);
    send(event, out);
  }

  private void grow(Event.Grown grown, ByteArrayOutputStream out) {
    switch (grown.kind()) {
      case TEXT, REFUSAL, TRANSCRIPT -> growContent("text", grown.more(), out);
      case THINKING -> growContent("thinking", grown.more(), out);
      case ARGUMENTS -> {
        ObjectNode event = event("tool-call-delta", calls);
        message(event).putObject("tool_calls").putObject("function").put("arguments", grown.more());
        send(event, out);
      }
      case SIGNATURE, AUDIO -> {
        // Cohere has neither
      }
    }
  }

  private void growContent(String name, String more, ByteArrayOutputStream out) {
    ObjectNode event = event("content-delta", contents);
    message(event).putObject("content").put(name, more);
    send(event, out);
  }

  private void endPart(ByteArrayOutputStream out) {
    switch (open) {
      case TEXT, THINKING -> send(event("content-end", contents++), out);
      case CALL -> send(event("tool-call-end", calls++), out);
      case NOTHING -> {
        // nothing was shown of it
      }
    }
    open = Open.NOTHING;
  }

  private void end(ByteArrayOutputStream out) {
    endPart(out);
    ObjectNode event = Tree.object().put("type", "message-end");
    ObjectNode delta = event.putObject("delta").put("finish_reason", CohereWords.word(finish));
    if (usage != null) {
      delta.set("usage", CohereWords.write(usage));
    }
    send(event, out);
  }

  private static ObjectNode event(String type, int index) {
    return Tree.object().put("type", type).put("index", index);
  }

  private static ObjectNode message(ObjectNode event) {
    return event.putObject("delta").putObject("message");
  }

  private static void send(ObjectNode event, ByteArrayOutputStream out) {
    String type = Tree.textOrEmpty(event, "type");
    out.writeBytes(("event: " + type + "\ndata: ").getBytes(UTF_8));
    out.writeBytes(JsonTree.write(event));
    out.writeBytes("\n\n".getBytes(UTF_8));
  }
}
