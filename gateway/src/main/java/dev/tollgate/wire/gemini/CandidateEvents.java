package dev.tollgate.wire.gemini;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Event;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A streamed answer: each event is a piece of it in the form of a whole one. Google says nowhere
 * that it is over but by closing it. For one reply and one thread.
 */
final class CandidateEvents implements EventReader {
  private final String provider;
  private final Candidates candidates = new Candidates();
  private boolean failed;

  CandidateEvents(String provider) {
    this.provider = provider;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    EventData event = EventData.of(buffer, from, to);
    if (failed || event.isEmpty() || event.isText("[DONE]")) {
      return;
    }
    JsonNode piece;
    try {
      piece = JsonTree.read(event.copy());
    } catch (JacksonException notJson) {
      throw new FailureException(Refusal.unusable(provider, "an event of the stream is not JSON"));
    }
    if (!piece.isObject()) {
      throw new FailureException(Refusal.unusable(provider, "an event is not a JSON object"));
    }
    JsonNode error = Nodes.member(piece, "error");
    if (error != null && error.isObject()) {
      failed = true;
      out.accept(new Event.Failed(GeminiRefusal.ofEvent(provider, error)));
      return;
    }
    candidates.read(piece, out);
  }

  @Override
  public void end(Consumer<Event> out) {
    if (!failed && candidates.complete()) {
      out.accept(new Event.Ended());
    }
  }
}
