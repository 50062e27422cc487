package dev.tollgate.platform.client;

import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** Reads {@code data[0].embedding}, in base64 (little-endian float32) or as an array of numbers. */
final class EmbeddingReply {
  private static final String EXPECTED = ", expected base64 of float32 or an array of numbers";

  private EmbeddingReply() {}

  static Embedding read(JsonNode reply) {
    var node = reply.path("data").path(0).path("embedding");
    float[] vector;
    if (node.isString()) {
      vector = decoded(node.stringValue());
    } else if (node.isArray()) {
      vector = numbers(node);
    } else {
      throw new UnreadableReply("data[0].embedding is absent or no vector" + EXPECTED);
    }
    try {
      return Embedding.of(vector);
    } catch (BadInputException e) {
      throw new UnreadableReply("data[0].embedding: " + e.getMessage());
    }
  }

  private static float[] decoded(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new UnreadableReply("data[0].embedding is a text that is not base64" + EXPECTED);
    }
    if (bytes.length % Float.BYTES != 0) {
      throw new UnreadableReply(
          "data[0].embedding has " + bytes.length + " bytes, no multiple of 4" + EXPECTED);
    }
    var vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static float[] numbers(JsonNode array) {
    var vector = new float[array.size()];
    for (int i = 0; i < vector.length; i++) {
      var number = array.get(i);
      if (!number.isNumber()) {
        throw new UnreadableReply("data[0].embedding[" + i + "] is no number" + EXPECTED);
      }
      vector[i] =
          number.isIntegralNumber()
              ? number.decimalValue().floatValue()
              : (float) number.doubleValue();
    }
    return vector;
  }
}
