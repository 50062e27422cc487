package dev.tollgate.platform.client;

import dev.tollgate.platform.client.OpenAiException.Details;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what an error answer says, whoever wrote it, and cuts the caller's key out of it. */
final class ErrorBody {
  private static final int MESSAGE_CHARS_MAX = 2_000;

  /** A shorter key protects nothing, and cutting it out would only garble ordinary words. */
  private static final int KEY_CHARS_MIN = 4;

  private ErrorBody() {}

  static Details read(String body, String key) {
    try {
      var error = JsonMapper.shared().readTree(body).path("error");
      if (error.isObject()) {
        var message = text(error.path("message"), key).orElse("no message");
        return new Details(
            message,
            text(error.path("type"), key),
            text(error.path("param"), key),
            text(error.path("code"), key));
      }
    } catch (JacksonException _) {
      // Not JSON: a proxy's page or a plain line, whose text is all there is.
    }
    var text = body.isBlank() ? "empty answer" : shortened(without(key, body.strip()));
    return new Details(text, Optional.empty(), Optional.empty(), Optional.empty());
  }

  static String without(String key, String text) {
    return key.length() < KEY_CHARS_MIN ? text : text.replace(key, "***");
  }

  private static Optional<String> text(JsonNode node, String key) {
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    var text = node.isString() ? node.stringValue() : node.toString();
    return Optional.of(shortened(without(key, text)));
  }

  private static String shortened(String text) {
    return text.length() <= MESSAGE_CHARS_MAX ? text : text.substring(0, MESSAGE_CHARS_MAX) + "…";
  }
}
