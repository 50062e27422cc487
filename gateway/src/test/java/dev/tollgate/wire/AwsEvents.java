package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Events in Amazon's frames, by its public description of them. */
final class AwsEvents {
  private AwsEvents() {}

  static byte[] event(String type, byte[] json) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":event-type", type);
    header(headers, ":message-type", "event");
    int length = 16 + headers.size() + json.length;
    ByteBuffer frame = ByteBuffer.allocate(length).putInt(length).putInt(headers.size());
    frame.putInt(crc(frame.array(), 8)).put(headers.toByteArray()).put(json);
    return frame.putInt(crc(frame.array(), length - 4)).array();
  }

  private static void header(ByteArrayOutputStream out, String name, String value) {
    out.write(name.length());
    out.writeBytes(name.getBytes(ISO_8859_1));
    out.write(7);
    out.write(value.length() >> 8);
    out.write(value.length());
    out.writeBytes(value.getBytes(ISO_8859_1));
  }

  private static int crc(byte[] bytes, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, to);
    return (int) crc.getValue();
  }

  /** Lines of a type, a space and JSON, each as an event. */
  static byte[] ofLines(byte[] lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : new String(lines, ISO_8859_1).split("\n", -1)) {
      int space = line.indexOf(' ');
      String type = space < 0 ? "" : line.substring(0, Math.min(space, 200));
      out.writeBytes(event(type, line.substring(space + 1).getBytes(ISO_8859_1)));
    }
    return out.toByteArray();
  }
}
