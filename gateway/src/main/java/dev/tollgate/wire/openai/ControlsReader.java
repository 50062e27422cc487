package dev.tollgate.wire.openai;

import dev.tollgate.model.Request.Controls;
import dev.tollgate.wire.json.JsonScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads LiteLLM's own parameters out of a running scan. A value of the wrong kind counts as absent,
 * as with LiteLLM. For one body and one thread.
 */
final class ControlsReader {
  /** Bounds of what a client can make us keep. */
  private static final int LIST_MAX = 100;

  private static final int TEXT_MAX = 256;

  private final JsonScan scan;
  private final JsonParser parser;
  private boolean any;
  private @Nullable Integer retries;
  private @Nullable Double timeoutSeconds;
  private @Nullable List<String> fallbacks;
  private boolean fallbacksDisabled;
  private @Nullable Boolean dropParams;
  private List<String> allowedParams = List.of();
  private final List<String> tags = new ArrayList<>(0);
  private @Nullable String sessionId;
  private @Nullable String traceId;
  private @Nullable String user;
  private @Nullable String metadataUser;
  private @Nullable String safetyIdentifier;

  ControlsReader(JsonScan scan) {
    this.scan = scan;
    this.parser = scan.parser();
  }

  /** Reads the value that the parser stands at, to its last token. */
  void read(Parameter parameter, JsonToken value) {
    switch (parameter) {
      case USER -> user = text(value);
      case SAFETY_IDENTIFIER -> safetyIdentifier = text(value);
      case METADATA, LITELLM_METADATA -> readMetadata(value);
      case TAGS -> addTags(value);
      case NUM_RETRIES -> retries = integer(value);
      case TIMEOUT -> timeoutSeconds = seconds(value);
      case FALLBACKS -> fallbacks = names(value);
      case DISABLE_FALLBACKS -> fallbacksDisabled = value == JsonToken.VALUE_TRUE;
      case DROP_PARAMS -> dropParams = value == JsonToken.VALUE_TRUE;
      case ALLOWED_OPENAI_PARAMS -> allowedParams = names(value);
      case LITELLM_SESSION_ID -> sessionId = text(value);
      case LITELLM_TRACE_ID -> traceId = text(value);
      default -> {
        parser.skipChildren();
        return;
      }
    }
    any = true;
    parser.skipChildren();
  }

  @Nullable String endUser() {
    return user != null ? user : metadataUser != null ? metadataUser : safetyIdentifier;
  }

  Controls controls() {
    return any
        ? new Controls(
            retries,
            timeoutSeconds,
            fallbacks,
            fallbacksDisabled,
            dropParams,
            allowedParams,
            tags,
            sessionId,
            traceId,
            null)
        : Controls.NONE;
  }

  private void readMetadata(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "tags" -> addTags(token);
        case "user_id" -> metadataUser = text(token);
        case "session_id" -> sessionId = sessionId == null ? text(token) : sessionId;
        case "trace_id" -> traceId = traceId == null ? text(token) : traceId;
        default -> {}
      }
      parser.skipChildren();
    }
  }

  private void addTags(JsonToken value) {
    for (String tag : names(value)) {
      if (tags.size() < LIST_MAX && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
  }

  /** The strings of a list, or the {@code model} of its objects. */
  private List<String> names(JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      String name = item == JsonToken.START_OBJECT ? modelOf() : text(item);
      if (name != null && names.size() < LIST_MAX) {
        names.add(name);
      }
      parser.skipChildren();
    }
    return names;
  }

  private @Nullable String modelOf() {
    String model = null;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("model")) {
        model = text(value);
      }
      parser.skipChildren();
    }
    return model;
  }

  private @Nullable String text(JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      return null;
    }
    String text = scan.text();
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
  }

  private @Nullable Integer integer(JsonToken value) {
    if (value != JsonToken.VALUE_NUMBER_INT) {
      return null;
    }
    return (int) Math.max(0, Math.min(parser.getDoubleValue(), 1000));
  }

  private @Nullable Double seconds(JsonToken value) {
    double seconds =
        switch (value) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
          default -> 0;
        };
    return seconds > 0 && seconds < 1e9 ? seconds : null;
  }
}
