package dev.tollgate.wire.gemini;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A stream that goes to its client as it came. For one reply and one thread. */
final class PieceStream implements StreamEdit {
  private final String provider;
  private final int choices;
  private final PieceForm form;
  private final PieceScan scan;
  private @Nullable Failure failure;

  PieceStream(String provider, int choices, PieceForm form) {
    this.provider = provider;
    this.choices = choices;
    this.form = form;
    this.scan = new PieceScan(provider);
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    EventData event = EventData.of(buffer, from, to);
    if (event.isEmpty() || event.isText("[DONE]")) {
      return form.isArray() ? null : buffer;
    }
    try {
      boolean object = scan.read(event.buffer(), event.dataFrom(), event.dataTo());
      failure =
          object ? scan.failure() : Refusal.unusable(provider, "an event is not a JSON object");
    } catch (JacksonException notJson) {
      failure = Refusal.unusable(provider, "an event of the stream is not JSON");
    }
    if (failure != null) {
      return null;
    }
    if (!form.isArray()) {
      return event.buffer();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(event.dataTo() - event.dataFrom() + 4);
    form.piece(event.buffer(), event.dataFrom(), event.dataTo(), out);
    return out.toByteArray();
  }

  /** Nothing but an array's bracket: a stream of events ends by being closed. */
  @Override
  public byte @Nullable [] ending() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4);
    form.end(out);
    return out.size() == 0 ? null : out.toByteArray();
  }

  @Override
  public @Nullable Usage usage() {
    return scan.usage();
  }

  @Override
  public @Nullable String id() {
    return scan.id();
  }

  @Override
  public boolean done() {
    return false;
  }

  @Override
  public boolean finished() {
    return scan.finished(choices);
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return scan.sawContent();
  }

  @Override
  public TextSample outputText() {
    return scan.outputText();
  }
}
