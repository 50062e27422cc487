package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a stream of Converse. Only the first choice has a place in it. For one reply and one
 * thread.
 */
final class ConverseEventWriter implements EventWriter {
  private int index;
  private boolean open;
  private boolean started;
  private @Nullable Finish finish;
  private @Nullable Usage usage;

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    switch (event) {
      case Event.Started _ -> start(out);
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
      case Event.PartEnded part -> {
        if (part.choice() == 0) {
          endPart(out);
        }
      }
      case Event.Finished end -> finish = end.choice() == 0 ? end.finish() : finish;
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> end(out);
      case Event.Cited _, Event.Logprobs _, Event.Failed _ -> {
        // nothing of this dialect's
      }
    }
  }

  private void start(ByteArrayOutputStream out) {
    if (!started) {
      started = true;
      emit("messageStart", JsonTree.object().put("role", "assistant"), out);
    }
  }

  private void startPart(Part head, ByteArrayOutputStream out) {
    start(out);
    endPart(out);
    switch (head) {
      case Part.Text said -> grow(Growth.TEXT, said.text(), out);
      case Part.Refusal refusal -> grow(Growth.REFUSAL, refusal.text(), out);
      case Part.Thinking thought -> {
        grow(Growth.THINKING, thought.text(), out);
        grow(Growth.SIGNATURE, thought.signature() == null ? "" : thought.signature(), out);
      }
      case Part.RedactedThinking thought ->
          delta(
              BlockWriter.block(
                  "reasoningContent", JsonTree.object().put("redactedContent", thought.data())),
              out);
      case Part.ToolCall call -> {
        ObjectNode use =
            JsonTree.object().put("toolUseId", BlockWriter.id(call.id())).put("name", call.name());
        ObjectNode event = JsonTree.object().put("contentBlockIndex", index);
        event.set("start", BlockWriter.block("toolUse", use));
        emit("contentBlockStart", event, out);
        open = true;
        grow(Growth.ARGUMENTS, call.arguments(), out);
      }
      case Part.Audio audio ->
          grow(Growth.TRANSCRIPT, audio.transcript() == null ? "" : audio.transcript(), out);
      case Part.Image _, Part.Document _, Part.Video _, Part.ToolResult _, Part.Foreign _ -> {
        // no block of a model's
      }
    }
  }

  private void grow(Growth kind, String more, ByteArrayOutputStream out) {
    if (more.isEmpty()) {
      return;
    }
    switch (kind) {
      case TEXT, REFUSAL, TRANSCRIPT -> delta(BlockWriter.text(more), out);
      case THINKING -> delta(BlockWriter.block("reasoningContent", BlockWriter.text(more)), out);
      case SIGNATURE ->
          delta(
              BlockWriter.block("reasoningContent", JsonTree.object().put("signature", more)), out);
      case ARGUMENTS ->
          delta(BlockWriter.block("toolUse", JsonTree.object().put("input", more)), out);
      case AUDIO -> {
        // no block of a model's
      }
    }
  }

  private void delta(JsonNode delta, ByteArrayOutputStream out) {
    open = true;
    ObjectNode event = JsonTree.object().put("contentBlockIndex", index);
    event.set("delta", delta);
    emit("contentBlockDelta", event, out);
  }

  private void endPart(ByteArrayOutputStream out) {
    if (open) {
      open = false;
      emit("contentBlockStop", JsonTree.object().put("contentBlockIndex", index++), out);
    }
  }

  private void end(ByteArrayOutputStream out) {
    start(out);
    endPart(out);
    emit("messageStop", JsonTree.object().put("stopReason", StopReason.write(finish)), out);
    ObjectNode metadata = JsonTree.object();
    ConverseUsage.write(usage, metadata);
    metadata.putObject("metrics").put("latencyMs", 0);
    emit("metadata", metadata, out);
  }

  private static void emit(String type, ObjectNode event, ByteArrayOutputStream out) {
    out.writeBytes(AwsMessage.event(type, JsonTree.write(event)).write());
  }
}
