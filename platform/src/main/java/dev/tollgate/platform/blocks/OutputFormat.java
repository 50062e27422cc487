package dev.tollgate.platform.blocks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a structured answer must look like. Immutable.
 *
 * @param expectedFormat the keys that every object must have, each with a description for the
 *     model, in the order in which it is told; empty for a plain text
 * @param listResult whether a list of such objects is wanted
 * @param forceJsonOutput pure-JSON mode ({@code json_object}) instead of a tagged block in a text
 */
public record OutputFormat(
    Map<String, String> expectedFormat, boolean listResult, boolean forceJsonOutput) {

  public OutputFormat {
    expectedFormat = Collections.unmodifiableMap(new LinkedHashMap<>(expectedFormat));
  }

  /** One object in a tagged block. */
  public static OutputFormat object(Map<String, String> expectedFormat) {
    return new OutputFormat(expectedFormat, false, false);
  }

  /** No format: the answer's text is the result. */
  static OutputFormat none() {
    return object(Map.of());
  }

  boolean isNone() {
    return expectedFormat.isEmpty();
  }

  /** What the model's JSON must be as a whole: pure-JSON mode knows only objects. */
  String outerKind() {
    return listResult && !forceJsonOutput ? "array" : "object";
  }

  ObjectNode asJson() {
    ObjectNode json = Json.object();
    expectedFormat.forEach(json::put);
    return json;
  }
}
