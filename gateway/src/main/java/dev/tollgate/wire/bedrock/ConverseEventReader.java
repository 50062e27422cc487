package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.anthropic.SchemaTool;
import dev.tollgate.wire.json.JsonTree;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads a stream of Converse. Blocks of text and of thoughts begin with their first piece: only
 * calls have a start of their own. For one reply and one thread.
 */
final class ConverseEventReader implements EventReader {
  private final String provider;
  private final boolean emulated;
  private int part = -1;
  private @Nullable Part open;
  private boolean argued;
  private boolean answering;
  private boolean calls;
  private boolean started;
  private boolean finished;
  private boolean ended;

  ConverseEventReader(String provider, boolean emulated) {
    this.provider = provider;
    this.emulated = emulated;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    AwsMessage message = AwsMessage.read(buffer, from, to);
    if (!message.header(":message-type").equals("event")) {
      out.accept(new Event.Failed(BedrockRefusal.ofMessage(provider, message)));
      return;
    }
    JsonNode payload;
    try {
      payload = JsonTree.read(message.payload());
    } catch (JacksonException notJson) {
      throw ConverseReader.unusable(provider, "an event of the stream is not JSON");
    }
    read(message.header(":event-type"), payload, out);
  }

  private void read(String type, JsonNode event, Consumer<Event> out) {
    if (!started) {
      started = true;
      out.accept(new Event.Started(null, null, null, Map.of()));
    }
    switch (type) {
      case "contentBlockStart" -> startCall(event.path("start").path("toolUse"), out);
      case "contentBlockDelta" -> grow(event.path("delta"), out);
      case "contentBlockStop" -> endPart(out);
      case "messageStop" -> {
        endPart(out);
        finish(StopReason.read(event.path("stopReason").asString(null)), out);
      }
      case "metadata" -> {
        Usage usage =
            new ConverseUsage()
                .read(event.path("usage"))
                .read(event.path("additionalModelResponseFields"))
                .served(event.path("serviceTier"))
                .usage();
        if (usage != null) {
          out.accept(new Event.Metered(usage));
        }
        end(out); // it is the last
      }
      default -> {
        // messageStart says nothing more, and others are newer
      }
    }
  }

  private void startCall(JsonNode call, Consumer<Event> out) {
    if (!call.isObject()) {
      return;
    }
    String name = call.path("name").asString("");
    answering = emulated && name.equals(SchemaTool.NAME);
    argued = false;
    calls |= !answering;
    start(
        answering
            ? Part.Text.of("")
            : Part.ToolCall.of(call.path("toolUseId").asString(""), name, ""),
        out);
  }

  private void start(Part head, Consumer<Event> out) {
    endPart(out);
    open = head;
    part++;
    out.accept(new Event.PartStarted(0, part, head));
  }

  private void grow(JsonNode delta, Consumer<Event> out) {
    JsonNode text = delta.path("text");
    JsonNode thought = delta.path("reasoningContent");
    JsonNode input = delta.path("toolUse").path("input");
    if (text.isString()) {
      if (!(open instanceof Part.Text)) {
        start(Part.Text.of(""), out);
      }
      grown(Growth.TEXT, text, out);
    } else if (thought.isObject()) {
      think(thought, out);
    } else if (input.isString()) {
      argued |= !input.asString("").isEmpty();
      grown(answering ? Growth.TEXT : Growth.ARGUMENTS, input, out);
    } else if (delta.path("citation").isObject() && open != null) {
      out.accept(new Event.Cited(0, part, BlockReader.citation(delta.get("citation"))));
    }
  }

  private void think(JsonNode thought, Consumer<Event> out) {
    JsonNode redacted = thought.path("redactedContent");
    if (redacted.isString()) {
      start(new Part.RedactedThinking(redacted.stringValue()), out);
      return;
    }
    if (!(open instanceof Part.Thinking)) {
      start(new Part.Thinking("", null), out);
    }
    grown(Growth.THINKING, thought.path("text"), out);
    grown(Growth.SIGNATURE, thought.path("signature"), out);
  }

  private void grown(Growth kind, JsonNode more, Consumer<Event> out) {
    String text = more.asString("");
    if (!text.isEmpty() && open != null) {
      out.accept(new Event.Grown(0, part, kind, text));
    }
  }

  private void endPart(Consumer<Event> out) {
    if (open == null) {
      return;
    }
    if ((open instanceof Part.ToolCall || answering) && !argued) {
      out.accept(new Event.Grown(0, part, answering ? Growth.TEXT : Growth.ARGUMENTS, "{}"));
    }
    open = null;
    answering = false;
    out.accept(new Event.PartEnded(0, part));
  }

  private void finish(@Nullable Finish finish, Consumer<Event> out) {
    if (finish == null || finished) {
      return;
    }
    finished = true;
    boolean answered = emulated && finish.reason() == Reason.TOOL_CALLS && !calls;
    out.accept(new Event.Finished(0, answered ? Finish.of(Reason.STOP) : finish));
  }

  @Override
  public void end(Consumer<Event> out) {
    if (finished && !ended) {
      ended = true;
      out.accept(new Event.Ended());
    }
  }
}
