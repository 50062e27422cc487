package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One streamed reply on its way over a {@link Bridge}. For one thread. */
final class BridgeStream implements StreamEdit {
  private final Request request;
  private final String model;
  private final EventReader reader;
  private final EventWriter writer;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private final OutputText text = new OutputText();
  private final BitSet finished = new BitSet();
  private @Nullable Usage usage;
  private @Nullable String id;
  private @Nullable Failure failure;
  private boolean content;
  private boolean done;

  BridgeStream(Request request, String model, EventReader reader, EventWriter writer) {
    this.request = request;
    this.model = model;
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    out.reset();
    try {
      reader.read(buffer, from, to, this::take);
    } catch (FailureException broken) {
      failure = broken.failure();
    }
    return failure == null ? written() : null;
  }

  @Override
  public byte @Nullable [] ending() {
    out.reset();
    if (!done) {
      reader.end(this::take);
    }
    if (!done) {
      take(new Event.Ended());
    }
    return written();
  }

  private byte @Nullable [] written() {
    return out.size() == 0 ? null : out.toByteArray();
  }

  private void take(Event given) {
    if (done || failure != null) {
      return;
    }
    Event event = named(given);
    switch (event) {
      case Event.Started started -> id = started.id();
      case Event.PartStarted part -> {
        content = true;
        text.add(part.head());
      }
      case Event.Grown grown -> {
        if (isText(grown.kind())) {
          text.add(grown.more());
        }
      }
      case Event.Finished end -> finished.set(end.choice());
      case Event.Metered metered -> usage = metered.usage();
      case Event.Failed failed -> {
        failure = failed.failure();
        return; // the caller tells the client, in its dialect's form
      }
      case Event.Ended _ -> {
        countIfWanted();
        done = true;
      }
      case Event.Cited _, Event.PartEnded _, Event.Logprobs _ -> {
        // the writer's
      }
    }
    writer.write(event, out);
  }

  /** Some providers do not say which model answers. */
  private Event named(Event event) {
    return event instanceof Event.Started started && started.model() == null
        ? new Event.Started(started.id(), model, started.created(), started.extras())
        : event;
  }

  /** A client that asked for figures gets them also where the provider sends none. */
  private void countIfWanted() {
    if (usage == null && request.usageWanted()) {
      take(new Event.Metered(TokenCounter.count(request, text.bytes())));
    }
  }

  private static boolean isText(Event.Growth kind) {
    return switch (kind) {
      case TEXT, THINKING, ARGUMENTS, REFUSAL, TRANSCRIPT -> true;
      case SIGNATURE, AUDIO -> false;
    };
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false; // what means nothing is not written
  }

  @Override
  public @Nullable Usage usage() {
    return usage;
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean finished() {
    return done || finished.cardinality() >= Math.max(1, request.choices());
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return content;
  }

  @Override
  public byte[] outputText() {
    return text.bytes();
  }
}
