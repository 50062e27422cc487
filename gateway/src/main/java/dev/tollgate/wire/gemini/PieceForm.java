package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.sse.EventData;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * How the pieces of a stream are strung: as server-sent events, or as the items of one JSON array,
 * which Google's clients of REST without {@code alt=sse} read. For one reply and one thread.
 */
final class PieceForm {
  private static final byte[] OPEN = {'['};
  private static final byte[] NEXT = ",\r\n".getBytes(UTF_8);
  private static final byte[] CLOSE = {'\r', '\n', ']'};
  private static final byte[] NONE = {'[', ']'};

  private final boolean array;
  private boolean begun;

  private PieceForm(boolean array) {
    this.array = array;
  }

  static PieceForm of(ReplyShape shape) {
    return new PieceForm(shape.array());
  }

  boolean isArray() {
    return array;
  }

  /** Writes one piece, a JSON object in bytes from {@code from} to {@code to}. */
  void piece(byte[] json, int from, int to, ByteArrayOutputStream out) {
    if (array) {
      out.writeBytes(begun ? NEXT : OPEN);
      out.write(json, from, to - from);
      begun = true;
    } else {
      EventData event = EventData.wrap(Arrays.copyOfRange(json, from, to));
      out.writeBytes(event.buffer());
    }
  }

  /** Writes what ends the stream. */
  void end(ByteArrayOutputStream out) {
    if (array) {
      out.writeBytes(begun ? CLOSE : NONE);
    }
  }
}
