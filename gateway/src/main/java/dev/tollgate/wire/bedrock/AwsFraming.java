package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.sse.EventSink;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a binary event stream into messages by the length that each begins with. For one stream and
 * one thread.
 */
final class AwsFraming implements Framing {
  private static final byte[] NONE = {};

  private final int messageBytesMax;
  private byte[] held = NONE;
  private int heldLength;

  AwsFraming(int messageBytesMax) {
    this.messageBytesMax = messageBytesMax;
  }

  @Override
  public void feed(byte[] chunk, int from, int to, EventSink sink) {
    int at = from;
    while (at < to) {
      if (heldLength > 0) {
        at += fill(chunk, at, to);
        if (heldLength >= Integer.BYTES && heldLength == lengthOf(held, 0)) {
          byte[] message = held;
          held = NONE;
          heldLength = 0;
          sink.event(message, 0, message.length);
        }
      } else if (to - at >= Integer.BYTES && lengthOf(chunk, at) <= to - at) {
        int length = lengthOf(chunk, at);
        sink.event(chunk, at, at + length);
        at += length;
      } else {
        held = new byte[to - at >= Integer.BYTES ? lengthOf(chunk, at) : Integer.BYTES];
        at += fill(chunk, at, to);
      }
    }
  }

  /** Takes what is still missing of the message held, and says how many bytes that were. */
  private int fill(byte[] chunk, int at, int to) {
    int taken = Math.min(to - at, held.length - heldLength);
    System.arraycopy(chunk, at, held, heldLength, taken);
    heldLength += taken;
    if (heldLength == Integer.BYTES && held.length == Integer.BYTES) {
      held = Arrays.copyOf(held, lengthOf(held, 0));
    }
    return taken;
  }

  private int lengthOf(byte[] bytes, int at) {
    int length = ByteBuffer.wrap(bytes, at, Integer.BYTES).getInt();
    if (length < AwsMessage.FRAME) {
      throw AwsMessage.broken("a message is shorter than any");
    }
    if (length > messageBytesMax) {
      throw new FailureException(
          new Failure.TooLarge(
              "An event of the provider's stream is larger than " + messageBytesMax + " bytes.",
              502));
    }
    return length;
  }

  /** A message that is cut off has no meaning: whoever counts the answer's end finds that out. */
  @Override
  public void end(EventSink sink) {
    held = NONE;
    heldLength = 0;
  }
}
