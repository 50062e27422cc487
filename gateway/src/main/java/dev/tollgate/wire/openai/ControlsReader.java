package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Request.Controls;
import dev.tollgate.wire.json.JsonScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
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
  private @Nullable String litellmUser;
  private @Nullable String metadataUser;
  private @Nullable String safetyIdentifier;

  ControlsReader(JsonScan scan) {
    this.scan = scan;
    this.parser = scan.parser();
  }

  /** Reads the value that the parser stands at, to its last token. */
  void read(Parameter parameter, JsonToken value) {
    switch (parameter) {
      case USER -> user = id(value);
      case SAFETY_IDENTIFIER -> safetyIdentifier = id(value);
      case METADATA, LITELLM_METADATA -> readMetadata(parameter, value);
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
    if (user != null) {
      return user;
    }
    return litellmUser != null
        ? litellmUser
        : metadataUser != null ? metadataUser : safetyIdentifier;
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

  private void readMetadata(Parameter parameter, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      readWritten(parameter, scan.text().getBytes(UTF_8));
      return;
    }
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "tags" -> addTags(token);
        case "user_id" -> metadataUser = metadataUser == null ? id(token) : metadataUser;
        case "user" ->
            litellmUser = parameter == Parameter.LITELLM_METADATA ? id(token) : litellmUser;
        case "session_id" -> sessionId = sessionId == null ? text(token) : sessionId;
        case "trace_id" -> traceId = traceId == null ? text(token) : traceId;
        default -> {}
      }
      parser.skipChildren();
    }
  }

  /** Metadata as JSON in a string, as LiteLLM reads it too; what is none counts as absent. */
  private void readWritten(Parameter parameter, byte[] json) {
    try (JsonScan inner = JsonScan.of(json, 0, json.length)) {
      ControlsReader written = new ControlsReader(inner);
      if (inner.next() != JsonToken.START_OBJECT) {
        return;
      }
      written.readMetadata(parameter, JsonToken.START_OBJECT);
      if (inner.next() == null) {
        take(written);
      }
    } catch (JacksonException notJson) {
      // absent
    }
  }

  private void take(ControlsReader other) {
    other.tags.forEach(this::addTag);
    sessionId = sessionId == null ? other.sessionId : sessionId;
    traceId = traceId == null ? other.traceId : traceId;
    litellmUser = litellmUser == null ? other.litellmUser : litellmUser;
    metadataUser = metadataUser == null ? other.metadataUser : metadataUser;
  }

  private void addTag(String tag) {
    if (tags.size() < LIST_MAX && !tags.contains(tag)) {
      tags.add(tag);
    }
  }

  private void addTags(JsonToken value) {
    for (String tag : names(value)) {
      addTag(tag);
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
    return value == JsonToken.VALUE_STRING ? id(value) : null;
  }

  /** Somebody's id, which may be a number. */
  private @Nullable String id(JsonToken value) {
    return switch (value) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String text = scan.text();
        yield text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
      }
      default -> null;
    };
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
