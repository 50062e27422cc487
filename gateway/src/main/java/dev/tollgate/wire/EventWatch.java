package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of a stream's events what the call's end needs, for a {@link StreamEdit} that lets the
 * bytes through. For one reply and one thread.
 */
public final class EventWatch implements Consumer<Event> {
  private final int choices;
  private final OutputText text = new OutputText();
  private final BitSet finished = new BitSet();
  private @Nullable Usage usage;
  private @Nullable String id;
  private @Nullable Failure failure;
  private boolean content;
  private boolean done;

  public EventWatch(int choices) {
    this.choices = Math.max(1, choices);
  }

  /** The next events are another event's of the stream. */
  public void begin() {
    failure = null;
  }

  public void fail(Failure why) {
    failure = why;
  }

  @Override
  public void accept(Event event) {
    switch (event) {
      case Event.Started started -> id = started.id();
      case Event.PartStarted part -> {
        content = true;
        text.add(part.head());
      }
      case Event.Grown grown -> {
        switch (grown.kind()) {
          case TEXT, THINKING, ARGUMENTS, REFUSAL, TRANSCRIPT -> text.add(grown.more());
          case SIGNATURE, AUDIO -> {
            // not counted as text
          }
        }
      }
      case Event.Finished end -> finished.set(end.choice());
      case Event.Metered metered -> usage = metered.usage().after(usage);
      case Event.Failed failed -> failure = failed.failure();
      case Event.Ended _ -> done = true;
      case Event.Cited _, Event.PartEnded _, Event.Logprobs _ -> {
        // nothing that the call's end needs
      }
    }
  }

  public @Nullable Usage usage() {
    return usage;
  }

  public @Nullable String id() {
    return id;
  }

  public @Nullable Failure failure() {
    return failure;
  }

  public boolean done() {
    return done;
  }

  public boolean finished() {
    return done || finished.cardinality() >= choices;
  }

  public boolean sawContent() {
    return content;
  }

  public TextSample outputText() {
    return text.sample();
  }
}
