package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A message of {@code application/vnd.amazon.eventstream}: a prelude (length of all, length of the
 * headers, a checksum of both), headers, payload, a checksum of all. All numbers are big-endian.
 *
 * @param headers those whose value is a text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AwsMessage(Map<String, String> headers, byte[] payload) {
  static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  /** Whole or streamed is a matter of the path; what is accepted says nothing. */
  static final Map<String, String> ACCEPT = Map.of("accept", "*/*");

  static final int PRELUDE = 12;

  /** Prelude and last checksum. */
  static final int FRAME = PRELUDE + Integer.BYTES;

  private static final int TEXT = 7;

  /** Whether a content type, in lower case, is that of such a stream. */
  static boolean isStream(String contentType) {
    return contentType.startsWith(CONTENT_TYPE);
  }

  /** One that tells of an event. */
  static AwsMessage event(String type, byte[] json) {
    return of("event", ":event-type", type, json);
  }

  /** One that tells of an exception. */
  static AwsMessage exception(String type, byte[] json) {
    return of("exception", ":exception-type", type, json);
  }

  private static AwsMessage of(String kind, String typeHeader, String type, byte[] json) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(typeHeader, type);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", kind);
    return new AwsMessage(headers, json);
  }

  /** The value of a header, empty if there is none. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /**
   * Reads a message that lies whole in the buffer.
   *
   * @throws FailureException with an {@code UpstreamBroken} if its lengths or checksums are wrong
   */
  static AwsMessage read(byte[] buffer, int from, int to) {
    ByteBuffer in = ByteBuffer.wrap(buffer, from, to - from);
    if (to - from < FRAME || in.getInt() != to - from) {
      throw broken("a message has a wrong length");
    }
    int headersLength = in.getInt();
    if (headersLength < 0 || headersLength > to - from - FRAME) {
      throw broken("a message has headers of a wrong length");
    }
    if (in.getInt() != crc(buffer, from, from + PRELUDE - Integer.BYTES)) {
      throw broken("the checksum of a prelude is wrong");
    }
    int end = to - Integer.BYTES;
    if (ByteBuffer.wrap(buffer, end, Integer.BYTES).getInt() != crc(buffer, from, end)) {
      throw broken("the checksum of a message is wrong");
    }
    int payload = from + PRELUDE + headersLength;
    return new AwsMessage(
        headers(ByteBuffer.wrap(buffer, from + PRELUDE, headersLength)),
        Arrays.copyOfRange(buffer, payload, end));
  }

  private static Map<String, String> headers(ByteBuffer in) {
    Map<String, String> headers = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      String name = text(in, Byte.toUnsignedInt(in.get()));
      int type = take(in, 1).get();
      switch (type) {
        case 0, 1 -> {
          // a truth, which has no value
        }
        case 2 -> take(in, 1);
        case 3 -> take(in, 2);
        case 4 -> take(in, 4);
        case 5, 8 -> take(in, 8);
        case 6 -> take(in, Short.toUnsignedInt(take(in, 2).getShort()));
        case TEXT -> headers.put(name, text(in, Short.toUnsignedInt(take(in, 2).getShort())));
        case 9 -> take(in, 16);
        default -> throw broken("a header has an unknown type");
      }
    }
    return headers;
  }

  private static ByteBuffer take(ByteBuffer in, int length) {
    if (in.remaining() < length) {
      throw broken("a header is cut off");
    }
    ByteBuffer taken = in.slice(in.position(), length);
    in.position(in.position() + length);
    return taken;
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    take(in, length).get(bytes);
    return new String(bytes, UTF_8);
  }

  /** The message's bytes. */
  byte[] write() {
    int headersLength = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      headersLength += 4 + bytes(header.getKey()).length + bytes(header.getValue()).length;
    }
    int length = FRAME + headersLength + payload.length;
    ByteBuffer out = ByteBuffer.allocate(length);
    out.putInt(length).putInt(headersLength);
    out.putInt(crc(out.array(), 0, PRELUDE - Integer.BYTES));
    headers.forEach(
        (name, value) -> {
          out.put((byte) bytes(name).length).put(bytes(name)).put((byte) TEXT);
          out.putShort((short) bytes(value).length).put(bytes(value));
        });
    out.put(payload);
    out.putInt(crc(out.array(), 0, length - Integer.BYTES));
    return out.array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  static FailureException broken(String why) {
    return new FailureException(
        new Failure.UpstreamBroken("the stream is broken: " + why + ".", "bedrock"));
  }
}
