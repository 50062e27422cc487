package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a streamed message. Only the first choice has a place in it. For one reply and one thread.
 *
 * <p>A block of text begins with its first character, so that one that stays empty is not shown:
 * Anthropic refuses empty texts when they come back.
 */
final class MessageEvents implements EventWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ReplyShape shape;
  private int index;
  private @Nullable ObjectNode waiting;
  private boolean open;
  private boolean started;
  private @Nullable Finish finish;
  private @Nullable Usage usage;

  MessageEvents(ReplyShape shape) {
    this.shape = shape;
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    switch (event) {
      case Event.Started begun -> start(begun.id(), out);
      case Event.PartStarted part -> {
        if (part.choice() == 0) {
          startPart(part.head(), out);
        }
      }
      case Event.Grown grown -> {
        if (grown.choice() == 0) {
          grow(grown.kind(), grown.more(), out);
        }
      }
      case Event.Cited cited -> {
        if (cited.choice() == 0 && begin(out)) {
          ObjectNode delta = BlockWriter.node("citations_delta");
          delta.set("citation", BlockWriter.citation(cited.citation()));
          delta(delta, out);
        }
      }
      case Event.PartEnded part -> {
        if (part.choice() == 0) {
          endPart(out);
        }
      }
      case Event.Finished end -> finish = end.choice() == 0 ? end.finish() : finish;
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> end(out);
      case Event.Logprobs _, Event.Failed _ -> {
        // nothing of this dialect's
      }
    }
  }

  private void start(@Nullable String id, ByteArrayOutputStream out) {
    if (started) {
      return;
    }
    started = true;
    ObjectNode message = MessagesClient.head(MessagesClient.id(id, shape), shape.model());
    message.putArray("content");
    message.putNull("stop_reason");
    message.putNull("stop_sequence");
    message.set("usage", MessagesClient.usage(usage));
    ObjectNode event = BlockWriter.node("message_start");
    event.set("message", message);
    emit(event, out);
  }

  private void startPart(Part head, ByteArrayOutputStream out) {
    start(null, out);
    endPart(out);
    switch (head) {
      case Part.Text said -> {
        waiting = BlockWriter.text("");
        grow(Event.Growth.TEXT, said.text(), out);
      }
      case Part.Refusal refusal -> {
        waiting = BlockWriter.text("");
        grow(Event.Growth.TEXT, refusal.text(), out);
      }
      case Part.Audio audio -> {
        waiting = BlockWriter.text("");
        grow(Event.Growth.TRANSCRIPT, audio.transcript() == null ? "" : audio.transcript(), out);
      }
      case Part.Thinking thought -> {
        waiting = MessagesClient.thinking(new Part.Thinking("", null));
        grow(Event.Growth.THINKING, thought.text(), out);
        grow(Event.Growth.SIGNATURE, thought.signature() == null ? "" : thought.signature(), out);
      }
      case Part.ToolCall call -> {
        waiting =
            BlockWriter.node("tool_use")
                .put("id", BlockWriter.id(call.id()))
                .put("name", call.name());
        waiting.set("input", NODES.objectNode());
        begin(out);
        grow(Event.Growth.ARGUMENTS, call.arguments(), out);
      }
      case Part.RedactedThinking thought -> whole(BlockWriter.redacted(thought), out);
      case Part.Foreign foreign -> whole(BlockWriter.foreign(foreign), out);
      case Part.Image _, Part.Document _, Part.Video _, Part.ToolResult _ -> {
        // no block of a model's
      }
    }
  }

  private void whole(@Nullable JsonNode block, ByteArrayOutputStream out) {
    if (block instanceof ObjectNode object) {
      waiting = object;
      begin(out);
    }
  }

  private void grow(Event.Growth kind, String more, ByteArrayOutputStream out) {
    if (more.isEmpty()) {
      return;
    }
    ObjectNode delta =
        switch (kind) {
          case TEXT, REFUSAL, TRANSCRIPT -> BlockWriter.node("text_delta").put("text", more);
          case THINKING -> BlockWriter.node("thinking_delta").put("thinking", more);
          case SIGNATURE -> BlockWriter.node("signature_delta").put("signature", more);
          case ARGUMENTS -> BlockWriter.node("input_json_delta").put("partial_json", more);
          case AUDIO -> null;
        };
    if (delta != null && begin(out)) {
      delta(delta, out);
    }
  }

  /** Shows the block that waits; whether one is open then. */
  private boolean begin(ByteArrayOutputStream out) {
    if (waiting != null) {
      ObjectNode event = BlockWriter.node("content_block_start").put("index", index);
      event.set("content_block", waiting);
      emit(event, out);
      waiting = null;
      open = true;
    }
    return open;
  }

  private void delta(ObjectNode delta, ByteArrayOutputStream out) {
    ObjectNode event = BlockWriter.node("content_block_delta").put("index", index);
    event.set("delta", delta);
    emit(event, out);
  }

  private void endPart(ByteArrayOutputStream out) {
    waiting = null;
    if (open) {
      emit(BlockWriter.node("content_block_stop").put("index", index), out);
      open = false;
      index++;
    }
  }

  private void end(ByteArrayOutputStream out) {
    start(null, out);
    endPart(out);
    ObjectNode event = BlockWriter.node("message_delta");
    event
        .putObject("delta")
        .put("stop_reason", StopReason.write(finish))
        .put("stop_sequence", finish == null ? null : finish.stopSequence());
    event.set("usage", MessagesClient.usage(usage));
    emit(event, out);
    emit(BlockWriter.node("message_stop"), out);
  }

  private static void emit(ObjectNode event, ByteArrayOutputStream out) {
    out.writeBytes(("event: " + event.path("type").stringValue() + "\ndata: ").getBytes(UTF_8));
    out.writeBytes(JsonTree.write(event));
    out.writeBytes("\n\n".getBytes(UTF_8));
  }
}
