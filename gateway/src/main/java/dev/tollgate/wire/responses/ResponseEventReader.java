package dev.tollgate.wire.responses;

import dev.tollgate.model.Failure;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.sse.EventData;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads Responses events. They go through {@link ResponseStream} first, which knows their errors
 * and figures. For one reply and one thread.
 */
final class ResponseEventReader implements EventReader {
  private final StreamEdit plain;
  private int part = -1;
  private @Nullable String open;
  private boolean called;
  private boolean started;
  private boolean ended;

  ResponseEventReader(StreamEdit plain) {
    this.plain = plain;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    plain.edit(buffer, from, to);
    Failure failure = plain.failure();
    if (failure != null) {
      out.accept(new Event.Failed(failure));
      return;
    }
    EventData data = EventData.of(buffer, from, to);
    if (!data.isEmpty() && !data.isText("[DONE]")) {
      event(JsonTree.read(data.copy()), out);
    }
  }

  @Override
  public void end(Consumer<Event> out) {
    // an answer that is whole has said so by its last event
  }

  private void event(JsonNode event, Consumer<Event> out) {
    String type = ResponseReplyReader.orEmpty(event, "type");
    switch (type) {
      case "response.created" -> start(event.path("response"), out);
      case "response.output_item.added" -> added(event.path("item"), out);
      case "response.output_text.delta" -> grow("text", Event.Growth.TEXT, event, out);
      case "response.refusal.delta" -> grow("refusal", Event.Growth.REFUSAL, event, out);
      case "response.function_call_arguments.delta" ->
          grow("call", Event.Growth.ARGUMENTS, event, out);
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          grow("thinking", Event.Growth.THINKING, event, out);
      case "response.output_text.annotation.added" -> {
        begin("text", Part.Text.of(""), out);
        out.accept(
            new Event.Cited(0, part, ResponseReplyReader.citation(event.path("annotation"))));
      }
      case "response.output_item.done" -> done(event.path("item"), out);
      case "response.completed", "response.incomplete" -> finish(event.path("response"), out);
      default -> {
        // what repeats the deltas, and tools that run at OpenAI
      }
    }
  }

  private void start(JsonNode response, Consumer<Event> out) {
    if (!started) {
      started = true;
      JsonNode created = response.path("created_at");
      out.accept(
          new Event.Started(
              ResponseReplyReader.text(response, "id"),
              ResponseReplyReader.text(response, "model"),
              created.isNumber() ? created.decimalValue().longValue() : null,
              Map.of()));
    }
  }

  private void added(JsonNode item, Consumer<Event> out) {
    start(item, out);
    if ("function_call".equals(ResponseReplyReader.text(item, "type"))) {
      called = true;
      close(out);
      begin(
          "call",
          Part.ToolCall.of(
              ResponseReplyReader.orEmpty(item, "call_id"),
              ResponseReplyReader.orEmpty(item, "name"),
              ""),
          out);
    }
  }

  private void grow(String kind, Event.Growth growth, JsonNode event, Consumer<Event> out) {
    String more = ResponseReplyReader.orEmpty(event, "delta");
    if (more.isEmpty()) {
      return;
    }
    Part head =
        switch (growth) {
          case REFUSAL -> new Part.Refusal("");
          case THINKING -> new Part.Thinking("", null);
          case ARGUMENTS -> Part.ToolCall.of("", "", "");
          case TEXT, SIGNATURE, AUDIO, TRANSCRIPT -> Part.Text.of("");
        };
    begin(kind, head, out);
    out.accept(new Event.Grown(0, part, growth, more));
  }

  private void done(JsonNode item, Consumer<Event> out) {
    if ("reasoning".equals(ResponseReplyReader.text(item, "type"))) {
      String proof = ResponseReplyReader.thinking(item).signature();
      if (proof != null) {
        begin("thinking", new Part.Thinking("", null), out);
        out.accept(new Event.Grown(0, part, Event.Growth.SIGNATURE, proof));
      }
    }
    close(out);
  }

  private void finish(JsonNode response, Consumer<Event> out) {
    if (ended) {
      return;
    }
    ended = true;
    start(response, out);
    close(out);
    out.accept(new Event.Finished(0, ResponseReplyReader.finish(response, called)));
    if (plain.usage() != null) {
      out.accept(new Event.Metered(plain.usage()));
    }
    out.accept(new Event.Ended());
  }

  private void begin(String kind, Part head, Consumer<Event> out) {
    if (kind.equals(open)) {
      return;
    }
    close(out);
    open = kind;
    part++;
    out.accept(new Event.PartStarted(0, part, head));
  }

  private void close(Consumer<Event> out) {
    if (open != null) {
      open = null;
      out.accept(new Event.PartEnded(0, part));
    }
  }
}
