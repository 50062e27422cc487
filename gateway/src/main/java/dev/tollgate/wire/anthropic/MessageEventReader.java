package dev.tollgate.wire.anthropic;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.sse.EventData;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a streamed message. For one reply and one thread. */
public final class MessageEventReader implements EventReader {
  private final String provider;
  private final boolean emulated;
  private final UsageCount count = new UsageCount();
  private int part = -1;
  private boolean open;
  private boolean call;
  private boolean argued;
  private boolean answering;
  private boolean calls;
  private boolean started;
  private boolean finished;
  private boolean ended;

  /**
   * @param emulated whether a call of {@link SchemaTool#NAME} is the answer itself
   */
  public MessageEventReader(String provider, boolean emulated) {
    this.provider = provider;
    this.emulated = emulated;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    EventData data = EventData.of(buffer, from, to);
    if (!data.isEmpty()) {
      readJson(data.copy(), out);
    }
  }

  /** Reads the JSON of one event. */
  public void readJson(byte[] json, Consumer<Event> out) {
    JsonNode event;
    try {
      event = JsonTree.read(json);
    } catch (JacksonException notJson) {
      throw MessagesProvider.unusable(provider, "an event of the stream is not JSON");
    }
    try {
      read(event, out);
    } catch (FailureException malformed) {
      throw MessagesProvider.unusable(provider, malformed.failure().message());
    }
  }

  private void read(JsonNode event, Consumer<Event> out) {
    if (event.hasNonNull("error")) {
      out.accept(new Event.Failed(MessagesRefusal.ofEvent(provider, error(event))));
      return;
    }
    switch (event.path("type").asString("")) {
      case "message_start" -> start(event.path("message"), out);
      case "content_block_start" -> startPart(event.path("content_block"), out);
      case "content_block_delta" -> grow(event.path("delta"), out);
      case "content_block_stop" -> endPart(out);
      case "message_delta" -> {
        endPart(out);
        meter(event.path("usage"), out);
        finish(event.path("delta"), out);
      }
      case "message_stop" -> {
        endPart(out);
        ended = true;
        out.accept(new Event.Ended());
      }
      default -> {
        // a ping, or something newer
      }
    }
  }

  private static ProviderError error(JsonNode event) {
    JsonNode error = event.path("error");
    return new ProviderError(
        error.path("message").asString(null), error.path("type").asString(null), null, null);
  }

  private void start(JsonNode message, Consumer<Event> out) {
    started = true;
    out.accept(
        new Event.Started(
            message.path("id").asString(null),
            message.path("model").asString(null),
            null,
            Map.of()));
    meter(message.path("usage"), out);
  }

  private void meter(JsonNode usage, Consumer<Event> out) {
    count.read(usage);
    Usage seen = count.usage();
    if (seen != null) {
      out.accept(new Event.Metered(seen));
    }
  }

  private void startPart(JsonNode block, Consumer<Event> out) {
    endPart(out);
    if (!started) {
      start(block.path("message"), out);
    }
    Part head = BlockReader.block(Fields.of(block, "content_block"));
    call = head instanceof Part.ToolCall;
    answering =
        emulated && head instanceof Part.ToolCall said && said.name().equals(SchemaTool.NAME);
    argued = false;
    open = true;
    part++;
    if (!(head instanceof Part.ToolCall said)) {
      out.accept(new Event.PartStarted(0, part, head));
      return;
    }
    calls |= !answering;
    Part shown = answering ? Part.Text.of("") : Part.ToolCall.of(said.id(), said.name(), "");
    out.accept(new Event.PartStarted(0, part, shown));
    if (!said.arguments().equals("{}")) {
      argue(said.arguments(), out);
    }
  }

  private void argue(String more, Consumer<Event> out) {
    if (!more.isEmpty()) {
      argued = true;
      out.accept(new Event.Grown(0, part, answering ? Growth.TEXT : Growth.ARGUMENTS, more));
    }
  }

  private void grow(JsonNode delta, Consumer<Event> out) {
    if (!open) {
      return;
    }
    switch (delta.path("type").asString("")) {
      case "text_delta" -> grown(Growth.TEXT, delta.path("text"), out);
      case "thinking_delta" -> grown(Growth.THINKING, delta.path("thinking"), out);
      case "signature_delta" -> grown(Growth.SIGNATURE, delta.path("signature"), out);
      case "input_json_delta" -> {
        if (call) {
          argue(delta.path("partial_json").asString(""), out);
        }
      }
      case "citations_delta" ->
          out.accept(new Event.Cited(0, part, BlockReader.citation(delta.path("citation"))));
      default -> {
        // of a kind that is newer
      }
    }
  }

  private void grown(Growth kind, JsonNode more, Consumer<Event> out) {
    String text = more.asString("");
    if (!text.isEmpty()) {
      out.accept(new Event.Grown(0, part, kind, text));
    }
  }

  private void endPart(Consumer<Event> out) {
    if (!open) {
      return;
    }
    if (call && !argued) {
      argue("{}", out);
    }
    open = false;
    out.accept(new Event.PartEnded(0, part));
  }

  private void finish(JsonNode delta, Consumer<Event> out) {
    Finish finish = StopReason.read(text(delta, "stop_reason"), text(delta, "stop_sequence"));
    if (finish == null || finished) {
      return;
    }
    finished = true;
    boolean answered = emulated && finish.reason() == Reason.TOOL_CALLS && !calls;
    out.accept(new Event.Finished(0, answered ? Finish.of(Reason.STOP) : finish));
  }

  private static @Nullable String text(JsonNode object, String name) {
    return object.path(name).asString(null);
  }

  @Override
  public void end(Consumer<Event> out) {
    if (finished && !ended) {
      ended = true;
      out.accept(new Event.Ended());
    }
  }
}
