package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.CRC32;

/** Writes Amazon's binary event stream. */
final class AmazonEvents {
  private AmazonEvents() {}

  /** One message: an event or an exception. */
  static Buffer message(String kind, String type, String json) {
    try {
      ByteArrayOutputStream headers = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(headers);
      List<String> pairs =
          List.of(
              ":" + kind + "-type",
              type,
              ":content-type",
              "application/json",
              ":message-type",
              kind);
      for (int i = 0; i < pairs.size(); i += 2) {
        out.writeByte(pairs.get(i).length());
        out.writeBytes(pairs.get(i));
        out.writeByte(7);
        out.writeUTF(pairs.get(i + 1));
      }
      byte[] payload = json.getBytes(UTF_8);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      DataOutputStream all = new DataOutputStream(message);
      all.writeInt(16 + headers.size() + payload.length);
      all.writeInt(headers.size());
      all.writeInt(crc(message.toByteArray()));
      all.write(headers.toByteArray());
      all.write(payload);
      all.writeInt(crc(message.toByteArray()));
      return Buffer.buffer(message.toByteArray());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
