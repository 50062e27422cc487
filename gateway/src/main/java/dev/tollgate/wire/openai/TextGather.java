package dev.tollgate.wire.openai;

import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonScan;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Gathers the generated text of a whole reply, for counting when the provider sent no usage. */
final class TextGather {
  private TextGather() {}

  /** A sample of the text; the body is known to be JSON. */
  static TextSample of(byte[] reply) {
    RawText text = new RawText();
    try (JsonScan scan = JsonScan.of(reply, 0, reply.length)) {
      for (JsonToken token = scan.next(); token != null; token = scan.next()) {
        if (token == JsonToken.VALUE_STRING && isOutput(scan.parser().currentName())) {
          int from = scan.start();
          text.add(reply, from, scan.stringEnd(from));
        }
      }
    }
    return text.sample();
  }

  private static boolean isOutput(@Nullable String name) {
    return name != null
        && switch (name) {
          case "content",
              "text",
              "refusal",
              "reasoning",
              "reasoning_content",
              "arguments",
              "transcript" ->
              true;
          default -> false;
        };
  }
}
