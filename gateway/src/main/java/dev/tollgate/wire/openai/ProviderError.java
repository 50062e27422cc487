package dev.tollgate.wire.openai;

import dev.tollgate.wire.json.JsonScan;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a provider says went wrong, in any of the forms that OpenAI-compatible providers have:
 * {@code {"error":{…}}}, {@code {"error":"…"}}, {@code {"message":…}}.
 *
 * @param message null if none was found
 */
public record ProviderError(
    @Nullable String message,
    @Nullable String type,
    @Nullable String param,
    @Nullable String code) {
  static final ProviderError NONE = new ProviderError(null, null, null, null);

  /** Reads an error body; {@link #NONE} if it has none of the forms. */
  public static ProviderError ofBody(byte[] body) {
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        return NONE;
      }
      return ofObject(scan.parser());
    } catch (JacksonException notJson) {
      return NONE;
    }
  }

  /** Reads the value of an {@code error} member, which is the current token. */
  public static ProviderError ofValue(JsonParser parser, JsonToken value) {
    if (value == JsonToken.START_OBJECT) {
      return ofObject(parser);
    }
    String message = scalar(parser, value);
    parser.skipChildren();
    return new ProviderError(message, null, null, null);
  }

  private static ProviderError ofObject(JsonParser parser) {
    ProviderError inner = null;
    String message = null;
    String type = null;
    String param = null;
    String code = null;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            inner = ofValue(parser, value);
          }
        }
        case "message" -> message = scalar(parser, value);
        case "type" -> type = scalar(parser, value);
        case "param" -> param = scalar(parser, value);
        case "code" -> code = scalar(parser, value);
        default -> {}
      }
      parser.skipChildren();
    }
    return inner != null && inner.message() != null
        ? inner
        : new ProviderError(message, type, param, code);
  }

  private static @Nullable String scalar(JsonParser parser, JsonToken value) {
    return value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getString() : null;
  }
}
