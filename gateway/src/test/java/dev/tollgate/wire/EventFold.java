package dev.tollgate.wire;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a stream's events of one choice together, and fails where their order is not as promised.
 */
final class EventFold implements Consumer<Event> {
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder grown = new StringBuilder();
  private final StringBuilder signed = new StringBuilder();
  private final List<Citation> citations = new ArrayList<>();
  private @Nullable String id;
  private @Nullable Part open;
  private @Nullable Finish finish;
  private @Nullable Usage usage;
  private boolean started;
  private boolean ended;

  @Override
  public void accept(Event event) {
    check(!ended, "nothing comes after the end");
    check(started == !(event instanceof Event.Started), "the start comes once and first");
    switch (event) {
      case Event.Started start -> {
        started = true;
        id = start.id();
      }
      case Event.PartStarted part -> {
        check(open == null && finish == null, "parts come one after another, before the finish");
        check(part.part() == parts.size(), "parts are numbered");
        open = part.head();
      }
      case Event.Grown more -> {
        check(open != null && more.part() == parts.size(), "what grows is open");
        (more.kind() == Event.Growth.SIGNATURE ? signed : grown).append(more.more());
      }
      case Event.Cited cited -> {
        check(open instanceof Part.Text && cited.part() == parts.size(), "a text is cited");
        citations.add(cited.citation());
      }
      case Event.PartEnded end -> {
        check(open != null && end.part() == parts.size(), "what ends is open");
        parts.add(whole(open));
        grown.setLength(0);
        signed.setLength(0);
        citations.clear();
        open = null;
      }
      case Event.Finished end -> {
        check(open == null && finish == null, "the finish comes once, after the last part");
        finish = end.finish();
      }
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> ended = true;
      case Event.Logprobs _, Event.Failed _ -> throw new AssertionError("unexpected " + event);
    }
  }

  private Part whole(@Nullable Part head) {
    return switch (head) {
      case Part.Text text ->
          new Part.Text(text.text() + grown, List.copyOf(citations), text.cacheControl());
      case Part.Thinking thought ->
          new Part.Thinking(
              thought.text() + grown, signed.isEmpty() ? thought.signature() : signed.toString());
      case Part.ToolCall call -> Part.ToolCall.of(call.id(), call.name(), call.arguments() + grown);
      case null -> throw new AssertionError("no part is open");
      default -> head;
    };
  }

  Reply reply() {
    check(ended, "the stream ended");
    return new Reply(
        id, null, null, List.of(new Reply.Choice(0, parts, finish, null)), usage, Map.of());
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule);
    }
  }
}
