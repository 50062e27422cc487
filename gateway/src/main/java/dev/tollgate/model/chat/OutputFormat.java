package dev.tollgate.model.chat;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The form of the answer. */
public sealed interface OutputFormat {
  /** Any text; said by the client in so many words. */
  record Text() implements OutputFormat {}

  /** A JSON object. */
  record JsonObject() implements OutputFormat {}

  /** JSON of this schema. */
  record JsonSchema(
      String name, @Nullable String description, JsonNode schema, @Nullable Boolean strict)
      implements OutputFormat {}
}
