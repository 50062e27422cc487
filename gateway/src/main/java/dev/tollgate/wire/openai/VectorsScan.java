package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.Splice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Vectors that are asked for in base64 by the gateway and not by the client, which gets numbers: a
 * quarter of the bytes on the way.
 */
final class VectorsScan {
  static final String FORMAT = "encoding_format";

  private VectorsScan() {}

  /** Whether the gateway chooses the form in which the provider sends a request's vectors. */
  static boolean applies(Request request, Deployment deployment) {
    Deployment.BodyRules rules = deployment.rules();
    if (request.operation() != Operation.EMBEDDING
        || !rules.quirks().contains(Quirk.VECTORS_IN_BASE64)) {
      return false;
    }
    Request.Member asked = request.member(FORMAT);
    return (asked == null || asked.isNull())
        && !rules.dropped().contains(FORMAT)
        && !rules.defaults().containsKey(FORMAT)
        && !rules.extraBody().containsKey(FORMAT);
  }

  /** Reads the array whose opening bracket is the current token, to its closing one. */
  static void read(JsonScan scan, Splice splice) {
    for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
      if (item != JsonToken.START_OBJECT) {
        scan.skip();
        continue;
      }
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        boolean vector = scan.next() == JsonToken.VALUE_STRING && name.equals("embedding");
        byte[] numbers = vector ? numbers(scan.text()) : null;
        if (numbers != null) {
          int from = scan.start();
          splice.replace(from, scan.stringEnd(from), numbers);
        }
        scan.skip();
      }
    }
  }

  /** The numbers of little-endian 32-bit floats in base64, as JSON; null if they are none. */
  private static byte @Nullable [] numbers(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder json = new StringBuilder(2 + bytes.length * 3).append('[');
    while (floats.remaining() >= Float.BYTES) {
      float number = floats.getFloat();
      json.append(json.length() == 1 ? "" : ",");
      if (Float.isFinite(number)) {
        json.append(number);
      } else {
        json.append("null");
      }
    }
    return json.append(']').toString().getBytes(US_ASCII);
  }
}
