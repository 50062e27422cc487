package dev.tollgate.wire.openai;

import dev.tollgate.model.Failure;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.sse.EventData;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads chunks of a chat completion. The chunks go through {@link ChunkStream} first, which knows
 * the compatible providers' oddities, their errors and their figures. For one reply and one thread.
 */
final class ChunkReader implements EventReader {
  /** More choices than any provider gives. */
  private static final int CHOICES_MAX = 1_024;

  private final StreamEdit normal;
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private boolean started;
  private boolean ended;

  /** The part of a choice that is growing. */
  private static final class Choice {
    private int part = -1;
    private @Nullable String open;
    private @Nullable Finish finish;
    private final Map<Integer, String> calls = new HashMap<>();
    private boolean called;
  }

  ChunkReader(StreamEdit normal) {
    this.normal = normal;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the edit hands back the very array when nothing changed
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    byte[] edited = normal.edit(buffer, from, to);
    Failure failure = normal.failure();
    if (failure != null) {
      out.accept(new Event.Failed(failure));
      return;
    }
    if (edited != null) {
      chunk(
          edited == buffer
              ? EventData.of(buffer, from, to)
              : EventData.of(edited, 0, edited.length),
          out);
    }
    if (normal.done()) {
      finish(out);
    }
  }

  @Override
  public void end(Consumer<Event> out) {
    if (normal.finished()) {
      finish(out);
    }
  }

  private void finish(Consumer<Event> out) {
    if (ended) {
      return;
    }
    ended = true;
    choices.forEach((index, choice) -> close(index, choice, out));
    choices.forEach(
        (index, choice) -> {
          Finish finish = choice.finish;
          Finish.Reason implied = choice.called ? Finish.Reason.TOOL_CALLS : Finish.Reason.STOP;
          out.accept(new Event.Finished(index, finish == null ? Finish.of(implied) : finish));
        });
    if (normal.usage() != null) {
      out.accept(new Event.Metered(normal.usage()));
    }
    out.accept(new Event.Ended());
  }

  private void chunk(EventData event, Consumer<Event> out) {
    if (event.isEmpty() || event.isText("[DONE]")) {
      return;
    }
    JsonNode chunk = JsonTree.read(event.copy());
    if (!started) {
      started = true;
      JsonNode created = chunk.path("created");
      out.accept(
          new Event.Started(
              ChatReplyReader.text(chunk, "id"),
              ChatReplyReader.text(chunk, "model"),
              created.canConvertToLong() ? created.longValue() : null,
              Map.of()));
    }
    for (JsonNode choice : chunk.path("choices")) {
      int index = Math.clamp(choice.path("index").asInt(0), 0, CHOICES_MAX);
      choice(index, choices.computeIfAbsent(index, _ -> new Choice()), choice, out);
    }
  }

  private void choice(int index, Choice state, JsonNode choice, Consumer<Event> out) {
    JsonNode delta = choice.path("delta");
    thoughts(index, state, delta, out);
    grow(index, state, delta, "content", Event.Growth.TEXT, Part.Text.of(""), out);
    grow(index, state, delta, "refusal", Event.Growth.REFUSAL, new Part.Refusal(""), out);
    audio(index, state, delta.path("audio"), out);
    for (JsonNode image : delta.path("images")) {
      String url = ChatReplyReader.text(image.path("image_url"), "url");
      if (url != null) {
        whole(index, state, new Part.Image(MediaSource.of(url, null), null, null), out);
      }
    }
    for (JsonNode call : delta.path("tool_calls")) {
      call(index, state, call, out);
    }
    for (JsonNode annotation : delta.path("annotations")) {
      open(index, state, "content", Part.Text.of(""), out);
      out.accept(new Event.Cited(index, state.part, ChatReplyReader.citation(annotation)));
    }
    JsonNode logprobs = choice.path("logprobs");
    if (logprobs.isObject()) {
      out.accept(new Event.Logprobs(index, logprobs));
    }
    Finish finish = ChatReplyReader.finish(ChatReplyReader.text(choice, "finish_reason"));
    if (finish != null) {
      state.finish = finish;
    }
  }

  private void thoughts(int index, Choice state, JsonNode delta, Consumer<Event> out) {
    Part.Thinking none = new Part.Thinking("", null);
    grow(index, state, delta, "reasoning_content", Event.Growth.THINKING, none, out);
    for (JsonNode block : delta.path("thinking_blocks")) {
      String signature = ChatReplyReader.text(block, "signature");
      String hidden = ChatReplyReader.text(block, "data");
      if (hidden != null) {
        whole(index, state, new Part.RedactedThinking(hidden), out);
      } else if (signature != null && !signature.isEmpty()) {
        open(index, state, "reasoning_content", none, out);
        out.accept(new Event.Grown(index, state.part, Event.Growth.SIGNATURE, signature));
      }
    }
  }

  private void audio(int index, Choice state, JsonNode audio, Consumer<Event> out) {
    if (!audio.isObject()) {
      return;
    }
    String id = ChatReplyReader.text(audio, "id");
    open(
        index,
        state,
        "audio",
        new Part.Audio(new Source.Data("audio/wav", ""), null, null, id, null),
        out);
    for (Event.Growth kind : new Event.Growth[] {Event.Growth.AUDIO, Event.Growth.TRANSCRIPT}) {
      String more = ChatReplyReader.text(audio, kind == Event.Growth.AUDIO ? "data" : "transcript");
      if (more != null && !more.isEmpty()) {
        out.accept(new Event.Grown(index, state.part, kind, more));
      }
    }
  }

  private void grow(
      int index,
      Choice state,
      JsonNode delta,
      String member,
      Event.Growth kind,
      Part head,
      Consumer<Event> out) {
    String more = ChatReplyReader.text(delta, member);
    if (more != null && !more.isEmpty()) {
      open(index, state, member, head, out);
      out.accept(new Event.Grown(index, state.part, kind, more));
    }
  }

  private void call(int index, Choice state, JsonNode call, Consumer<Event> out) {
    int number = call.path("index").asInt(state.calls.size());
    JsonNode function = call.path("function");
    String name = ChatReplyReader.text(function, "name");
    String id = ChatReplyReader.text(call, "id");
    String known = state.calls.get(number);
    boolean another = known == null || (id != null && !id.isEmpty() && !id.equals(known));
    if (another) {
      state.calls.put(number, id == null ? "" : id);
      state.called = true;
      open(
          index,
          state,
          "call " + number + " " + id,
          Part.ToolCall.of(id == null ? "" : id, name == null ? "" : name, ""),
          out);
    }
    String arguments = ChatReplyReader.text(function, "arguments");
    if (arguments != null && !arguments.isEmpty()) {
      out.accept(new Event.Grown(index, state.part, Event.Growth.ARGUMENTS, arguments));
    }
  }

  private static void whole(int index, Choice state, Part part, Consumer<Event> out) {
    close(index, state, out);
    state.part++;
    out.accept(new Event.PartStarted(index, state.part, part));
    out.accept(new Event.PartEnded(index, state.part));
  }

  /** Goes on with the part that is open, or ends it and begins another. */
  private static void open(int index, Choice state, String kind, Part head, Consumer<Event> out) {
    if (kind.equals(state.open)) {
      return;
    }
    close(index, state, out);
    state.open = kind;
    state.part++;
    out.accept(new Event.PartStarted(index, state.part, head));
  }

  private static void close(int index, Choice state, Consumer<Event> out) {
    if (state.open != null) {
      state.open = null;
      out.accept(new Event.PartEnded(index, state.part));
    }
  }
}
