package dev.tollgate.wire.bedrock;

import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.openai.RawText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** What the gateway has to know of Converse's own JSON, in one scan. For one body or event. */
final class ConverseScan {
  private final ConverseUsage usage;
  private boolean output;
  private boolean stopped;

  ConverseScan(ConverseUsage usage) {
    this.usage = usage;
  }

  /**
   * Scans a document.
   *
   * @param text takes what was generated
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  void read(byte[] json, @Nullable RawText text) {
    try (JsonScan scan = JsonScan.of(json, 0, json.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        return;
      }
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        JsonToken value = scan.next();
        switch (name) {
          case "output", "delta" -> {
            output |= value == JsonToken.START_OBJECT;
            gather(scan, value, text);
          }
          case "usage", "additionalModelResponseFields" -> {
            if (value == JsonToken.START_OBJECT) {
              usage.read(scan.parser());
            }
          }
          case "serviceTier" -> usage.served(scan.parser());
          case "stopReason" -> stopped |= value == JsonToken.VALUE_STRING;
          default -> {}
        }
        scan.skip();
      }
    }
  }

  private static void gather(JsonScan scan, JsonToken value, @Nullable RawText text) {
    if (!value.isStructStart()) {
      return;
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken token = scan.next();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING && text != null && isText(scan)) {
        int from = scan.start();
        text.add(scan.source(), from, scan.stringEnd(from));
      }
    }
  }

  private static boolean isText(JsonScan scan) {
    String name = scan.parser().currentName();
    return "text".equals(name) || "input".equals(name);
  }

  /** Whether there was an {@code output}, or a {@code delta} in an event. */
  boolean hasOutput() {
    return output;
  }

  boolean stopped() {
    return stopped;
  }
}
