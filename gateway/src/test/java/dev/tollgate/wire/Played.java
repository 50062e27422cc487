package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.wire.sse.EventSink;
import java.io.ByteArrayOutputStream;

/** Streams that are played to a client as the gateway would. */
final class Played {
  private Played() {}

  /**
   * What the client gets of a good stream.
   *
   * @param step bytes that come at once
   */
  @SuppressWarnings("ReferenceEquality") // the buffer itself stands for "unchanged"
  static String stream(StreamEdit edit, Framing framing, byte[] stream, int step) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventSink sink =
        (buffer, from, to) -> {
          byte[] edited = edit.edit(buffer, from, to);
          if (edited == buffer) {
            out.write(buffer, from, to - from);
          } else if (edited != null) {
            out.writeBytes(edited);
          }
          assertThat(edit.failure()).isNull();
        };
    for (int from = 0; from < stream.length; from += step) {
      framing.feed(stream, from, Math.min(stream.length, from + step), sink);
    }
    framing.end(sink);
    byte[] ending = edit.ending();
    if (ending != null) {
      out.writeBytes(ending);
    }
    return out.toString(UTF_8);
  }
}
