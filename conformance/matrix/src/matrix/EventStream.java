package matrix;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** AWS's binary event stream ({@code application/vnd.amazon.eventstream}), written. */
final class EventStream {
  private EventStream() {}

  /** Headers are names and values in turn, all of them strings. */
  static byte[] message(byte[] payload, String... headers) {
    try {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(head);
      for (int i = 0; i < headers.length; i += 2) {
        byte[] name = headers[i].getBytes(StandardCharsets.UTF_8);
        byte[] value = headers[i + 1].getBytes(StandardCharsets.UTF_8);
        out.writeByte(name.length);
        out.write(name);
        out.writeByte(7);
        out.writeShort(value.length);
        out.write(value);
      }
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      DataOutputStream message = new DataOutputStream(whole);
      message.writeInt(16 + head.size() + payload.length);
      message.writeInt(head.size());
      message.writeInt(crc(whole.toByteArray()));
      message.write(head.toByteArray());
      message.write(payload);
      message.writeInt(crc(whole.toByteArray()));
      return whole.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
