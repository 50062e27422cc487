package dev.tollgate.wire.cohere;

import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ndjson.LineFraming;
import dev.tollgate.wire.sse.EventSink;
import dev.tollgate.wire.sse.EventSplitter;
import org.jspecify.annotations.Nullable;

/**
 * Cohere streams server-sent events; servers in front of its models stream lines of JSON. The first
 * byte tells which. For one stream and one thread.
 */
final class CohereFraming implements Framing {
  private final int eventBytesMax;
  private @Nullable Framing chosen;

  CohereFraming(int eventBytesMax) {
    this.eventBytesMax = eventBytesMax;
  }

  static boolean isStream(String contentType) {
    return EventSplitter.isStream(contentType)
        || contentType.startsWith("application/stream+json")
        || contentType.startsWith("application/x-ndjson");
  }

  @Override
  public void feed(byte[] chunk, int from, int to, EventSink sink) {
    int at = from;
    Framing framing = chosen;
    if (framing == null) {
      while (at < to && chunk[at] <= ' ' && chunk[at] >= 0) {
        at++;
      }
      if (at == to) {
        return;
      }
      framing =
          chunk[at] == '{' ? new LineFraming(eventBytesMax) : new EventSplitter(eventBytesMax);
      chosen = framing;
    }
    framing.feed(chunk, at, to, sink);
  }

  @Override
  public void end(EventSink sink) {
    if (chosen != null) {
      chosen.end(sink);
    }
  }
}
