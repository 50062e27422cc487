package dev.tollgate.wire.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trees, for what goes from one dialect to another and for the few edits that a splice cannot do;
 * never on the plain path.
 */
public final class JsonTree {
  private static final JsonMapper MAPPER = new JsonMapper(JsonScan.FACTORY);

  private static final JsonNodeFactory NODES = MAPPER.getNodeFactory();

  private static final int FIRST_BYTES = 1024;

  /** Those of no document; only read. */
  private static final Texts NONE = new Texts();

  private JsonTree() {}

  /**
   * The document as a tree.
   *
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  public static JsonNode read(byte[] json) {
    return MAPPER.readTree(json);
  }

  /**
   * The same.
   *
   * @param texts gets to know the long texts of the document
   */
  public static JsonNode read(byte[] json, Texts texts) {
    texts.of(json);
    try (JsonParser parser = MAPPER.createParser(json)) {
      ((ByteParser) parser).keep(texts);
      return MAPPER.readTree(parser);
    }
  }

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** A number as it was written. */
  public static JsonNode number(Number value) {
    return switch (value) {
      case Integer whole -> NODES.numberNode(whole);
      case Long whole -> NODES.numberNode(whole);
      case BigDecimal decimal -> NODES.numberNode(decimal);
      default -> throw new IllegalArgumentException("not a number of ours: " + value.getClass());
    };
  }

  public static byte[] write(JsonNode tree) {
    return write(tree, NONE);
  }

  /**
   * The same.
   *
   * @param texts those of the document that the tree was made of
   */
  public static byte[] write(JsonNode tree, Texts texts) {
    return TreeWriter.write(tree, texts, texts.otherBytes() + FIRST_BYTES);
  }
}
