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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Reads chunks of a chat completion. The chunks go through {@link ChunkStream} first, which knows
 * the compatible providers' oddities, their errors and their figures. For one reply and one thread.
 */
final class ChunkReader implements EventReader {
  /** More choices than any provider gives. */
  private static final int CHOICES_MAX = 1_024;

  private final StreamEdit normal;
  private final String provider;
  private final Map<Integer, ChoiceParts> choices = new TreeMap<>();
  private String identity = "";
  private boolean started;
  private boolean ended;

  ChunkReader(StreamEdit normal, String provider) {
    this.normal = normal;
    this.provider = provider;
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
    choices.values().forEach(choice -> choice.end(out));
    choices.forEach((index, choice) -> out.accept(new Event.Finished(index, choice.finish())));
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
      identity = ChatReplyReader.identity(chunk);
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
      choice(
          choices.computeIfAbsent(index, _ -> new ChoiceParts(index, provider, identity)),
          choice,
          out);
    }
  }

  private static void choice(ChoiceParts state, JsonNode choice, Consumer<Event> out) {
    JsonNode delta = choice.path("delta");
    thoughts(state, delta, out);
    grow(state, delta, "content", Event.Growth.TEXT, Part.Text.of(""), out);
    grow(state, delta, "refusal", Event.Growth.REFUSAL, new Part.Refusal(""), out);
    audio(state, delta.path("audio"), out);
    for (JsonNode image : delta.path("images")) {
      String url = ChatReplyReader.text(image.path("image_url"), "url");
      if (url != null) {
        state.whole(new Part.Image(MediaSource.of(url, null), null, null), out);
      }
    }
    for (JsonNode call : delta.path("tool_calls")) {
      state.call(call, out);
    }
    for (JsonNode annotation : delta.path("annotations")) {
      state.open("content", Part.Text.of(""), out);
      out.accept(
          new Event.Cited(state.index(), state.part(), ChatReplyReader.citation(annotation)));
    }
    JsonNode logprobs = choice.path("logprobs");
    if (logprobs.isObject()) {
      out.accept(new Event.Logprobs(state.index(), logprobs));
    }
    Finish finish = ChatReplyReader.finish(ChatReplyReader.text(choice, "finish_reason"));
    if (finish != null) {
      state.finish(finish);
    }
  }

  private static void thoughts(ChoiceParts state, JsonNode delta, Consumer<Event> out) {
    Part.Thinking none = new Part.Thinking("", null);
    grow(state, delta, "reasoning_content", Event.Growth.THINKING, none, out);
    for (JsonNode block : delta.path("thinking_blocks")) {
      String signature = ChatReplyReader.text(block, "signature");
      String hidden = ChatReplyReader.text(block, "data");
      if (hidden != null) {
        state.whole(new Part.RedactedThinking(hidden), out);
      } else if (signature != null && !signature.isEmpty()) {
        state.open("reasoning_content", none, out);
        state.grown(Event.Growth.SIGNATURE, signature, out);
      }
    }
  }

  private static void audio(ChoiceParts state, JsonNode audio, Consumer<Event> out) {
    if (!audio.isObject()) {
      return;
    }
    String id = ChatReplyReader.text(audio, "id");
    state.open(
        "audio", new Part.Audio(new Source.Data("audio/wav", ""), null, null, id, null), out);
    for (Event.Growth kind : new Event.Growth[] {Event.Growth.AUDIO, Event.Growth.TRANSCRIPT}) {
      String more = ChatReplyReader.text(audio, kind == Event.Growth.AUDIO ? "data" : "transcript");
      if (more != null && !more.isEmpty()) {
        state.grown(kind, more, out);
      }
    }
  }

  private static void grow(
      ChoiceParts state,
      JsonNode delta,
      String member,
      Event.Growth kind,
      Part head,
      Consumer<Event> out) {
    String more = ChatReplyReader.text(delta, member);
    if (more == null || more.isEmpty() || (more.isBlank() && state.calling())) {
      return; // white space beside a call says nothing, and would end the call
    }
    if (kind == Event.Growth.TEXT && state.calling()) {
      state.sayLater(more);
      return;
    }
    state.open(member, head, out);
    state.grown(kind, more, out);
  }
}
