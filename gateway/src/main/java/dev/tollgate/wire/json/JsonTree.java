package dev.tollgate.wire.json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trees, for the few edits that a splice cannot do; never on the plain path. */
public final class JsonTree {
  private static final JsonMapper MAPPER = new JsonMapper(JsonScan.FACTORY);

  private JsonTree() {}

  /**
   * The document as a tree.
   *
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  public static JsonNode read(byte[] json) {
    return MAPPER.readTree(json);
  }

  public static byte[] write(JsonNode tree) {
    return MAPPER.writeValueAsBytes(tree);
  }
}
