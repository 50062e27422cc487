package dev.tollgate.wire.ollama;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.Refusal;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads a stream of {@code /api/chat} or {@code /api/generate}: one document a line, each with a
 * piece of the answer. For one reply and one thread.
 */
final class OllamaEvents implements EventReader {
  /** What is gathered at most of an answer that may turn out to be a call. */
  private static final int GATHERED_CHARS_MAX = 4 << 20;

  /** The part that is open. */
  private enum Open {
    NOTHING,
    THINKING,
    TEXT
  }

  private final String provider;
  private boolean callsAsked;
  private final StringBuilder gathered = new StringBuilder();

  /** How many stand before the first other character: looked at once, however many there are. */
  private int blanks;

  private Open open = Open.NOTHING;
  private int parts;
  private int calls;
  private boolean started;
  private boolean ended;

  /**
   * @param callsAsked whether the text may be a call, which only its end tells
   */
  OllamaEvents(String provider, boolean callsAsked) {
    this.provider = provider;
    this.callsAsked = callsAsked;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    JsonNode line;
    try {
      line = JsonTree.read(Arrays.copyOfRange(buffer, from, to));
    } catch (JacksonException notJson) {
      throw OllamaChatProvider.unusable(provider, "a line of the stream is not JSON");
    }
    if (ended) {
      return;
    }
    if (line.has("error")) {
      ended = true;
      out.accept(
          new Event.Failed(Refusal.ofEvent(provider, ProviderError.ofBody(JsonTree.write(line)))));
      return;
    }
    if (!started) {
      started = true;
      out.accept(new Event.Started(null, Tree.text(line, "model"), null, Map.of()));
    }
    readPieces(line, out);
    if (Boolean.TRUE.equals(Tree.flag(line, "done"))) {
      finish(line, out);
    }
  }

  private void readPieces(JsonNode line, Consumer<Event> out) {
    JsonNode message = line.path("message");
    JsonNode thinker = message.isObject() ? message : line;
    grow(Open.THINKING, Tree.textOrEmpty(thinker, "thinking"), out);
    String text = Tree.textOrEmpty(line, "response") + Tree.textOrEmpty(message, "content");
    if (callsAsked) {
      gather(text, out);
    } else {
      grow(Open.TEXT, text, out);
    }
    for (JsonNode call : Tree.items(message, "tool_calls")) {
      call(OllamaReply.call(call, line, calls), out);
    }
  }

  /** Holds what may be a call, which is an object of JSON; anything else goes on at once. */
  private void gather(String text, Consumer<Event> out) {
    if (gathered.length() + text.length() > GATHERED_CHARS_MAX) {
      throw OllamaChatProvider.unusable(provider, "the answer is longer than any call");
    }
    gathered.append(text);
    while (blanks < gathered.length() && Character.isWhitespace(gathered.charAt(blanks))) {
      blanks++;
    }
    if (blanks < gathered.length() && gathered.charAt(blanks) != '{') {
      callsAsked = false;
      grow(Open.TEXT, gathered.toString(), out);
      gathered.setLength(0);
    }
  }

  private void grow(Open kind, String more, Consumer<Event> out) {
    if (more.isEmpty()) {
      return;
    }
    if (open != kind) {
      endPart(out);
      open = kind;
      Part head = kind == Open.THINKING ? new Part.Thinking("", null) : Part.Text.of("");
      out.accept(new Event.PartStarted(0, parts, head));
    }
    Growth growth = kind == Open.THINKING ? Growth.THINKING : Growth.TEXT;
    out.accept(new Event.Grown(0, parts, growth, more));
  }

  private void call(Part.ToolCall call, Consumer<Event> out) {
    endPart(out);
    calls++;
    out.accept(new Event.PartStarted(0, parts, Part.ToolCall.of(call.id(), call.name(), "")));
    if (!call.arguments().isEmpty()) {
      out.accept(new Event.Grown(0, parts, Growth.ARGUMENTS, call.arguments()));
    }
    out.accept(new Event.PartEnded(0, parts++));
  }

  private void endPart(Consumer<Event> out) {
    if (open != Open.NOTHING) {
      open = Open.NOTHING;
      out.accept(new Event.PartEnded(0, parts++));
    }
  }

  private void finish(JsonNode line, Consumer<Event> out) {
    if (!gathered.isEmpty()) {
      Part.ToolCall asked = OllamaReply.callIn(gathered.toString(), line);
      if (asked == null) {
        grow(Open.TEXT, gathered.toString(), out);
      } else {
        call(asked, out);
      }
    }
    endPart(out);
    out.accept(new Event.Finished(0, OllamaReply.finish(line, calls > 0)));
    Usage usage = OllamaReply.usage(line);
    if (usage != null) {
      out.accept(new Event.Metered(usage));
    }
    ended = true;
    out.accept(new Event.Ended());
  }

  @Override
  public void end(Consumer<Event> out) {
    // the line that says "done" is the end; without it the stream was cut off
  }
}
