package dev.tollgate.admin.form;

import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.model.Money;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** JSON trees of the management API: exact numbers, bounded depth, no name twice. Thread-safe. */
public final class Json {
  private static final int DEPTH_MAX = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads a document.
   *
   * @throws tools.jackson.core.JacksonException if it is none
   */
  public static JsonNode read(byte[] document) {
    return MAPPER.readTree(document);
  }

  public static JsonNode read(String document) {
    return MAPPER.readTree(document);
  }

  /** A configured value as a tree. */
  public static JsonNode tree(@Nullable Object value) {
    return MAPPER.valueToTree(value);
  }

  public static ObjectNode tree(Map<String, ?> values) {
    return MAPPER.valueToTree(values);
  }

  public static String text(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  public static Answer answer(int status, JsonNode body) {
    return Answer.json(status, MAPPER.writeValueAsBytes(body));
  }

  /** Money as a plain decimal number: Jackson would write small amounts with an exponent. */
  public static JsonNode money(@Nullable Money amount) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return amount == null ? nodes.nullNode() : nodes.rawValueNode(new RawValue(amount.toString()));
  }
}
