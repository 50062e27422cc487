package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Vectors;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Vectors in and out of their forms, and the checks that all providers' replies get. */
final class VectorForm {
  private VectorForm() {}

  /** Base64 of little-endian 32-bit floats, as OpenAI writes vectors. */
  static String base64(JsonNode vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode number : vector) {
      bytes.putFloat(number.isNumber() ? number.floatValue() : 0);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The numbers of a vector in either form; null if it is none. */
  static @Nullable JsonNode numbers(JsonNode vector) {
    if (!vector.isString()) {
      return vector.isArray() ? vector : null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(vector.stringValue());
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ArrayNode numbers = Tree.array();
    while (floats.remaining() >= Float.BYTES) {
      numbers.add(floats.getFloat());
    }
    return numbers;
  }

  static JsonNode document(Deployment deployment, byte[] body) {
    try {
      return JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw unusable(deployment, "the reply is not JSON");
    }
  }

  /** The answer, which has to have a vector for each input. */
  static Vectors checked(
      Embedding asked,
      Deployment deployment,
      @Nullable String id,
      List<JsonNode> vectors,
      @Nullable Usage usage) {
    if (vectors.size() != asked.inputs().size()) {
      throw unusable(
          deployment,
          "the reply has " + vectors.size() + " vectors for " + asked.inputs().size() + " inputs");
    }
    return new Vectors(id, vectors, usage);
  }

  static FailureException unusable(Deployment deployment, String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }
}
