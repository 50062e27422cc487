package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonTree;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What of a request changes its price. Stateless. */
final class Asked {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,5})x([0-9]{1,5})");

  /** Where the client leaves it to the provider. */
  private static final long PIXELS = 1024 * 1024;

  /** Longer values are none of those that are read here. */
  private static final int VALUE_BYTES_MAX = 256;

  private Asked() {}

  /** In the words of all dialects but Bedrock's, which has it in an object. */
  static @Nullable String serviceTier(Request request) {
    String tier = text(request, "service_tier", "");
    return tier != null ? tier : text(request, "serviceTier", "type");
  }

  static @Nullable String searchSize(Request request) {
    return text(request, "web_search_options", "search_context_size");
  }

  static @Nullable String quality(Request request) {
    return text(request, "quality", "");
  }

  /** Size of one image as the catalogue writes it, {@code 1024-x-1024}. */
  static String size(Request request) {
    String size = text(request, "size", "");
    return size == null ? "1024-x-1024" : size.replace("x", "-x-");
  }

  /** Pixels of one image. */
  static long pixels(Request request) {
    String size = text(request, "size", "");
    Matcher sides = SIZE.matcher(size == null ? "" : size);
    return sides.matches()
        ? Long.parseLong(sides.group(1)) * Long.parseLong(sides.group(2))
        : PIXELS;
  }

  /**
   * A member's text; of a form, the field as it is.
   *
   * @param within the member of the object that it may be
   */
  private static @Nullable String text(Request request, String name, String within) {
    Request.Member member = request.member(name);
    if (member == null || member.isNull()) {
      return null;
    }
    int from = member.value().from();
    int to = member.value().to();
    if (from >= to || to - from > VALUE_BYTES_MAX) {
      return null;
    }
    byte first = request.body()[from];
    if (first != '"' && first != '{') {
      return new String(request.body(), from, to - from, UTF_8);
    }
    JsonNode value = JsonTree.read(Arrays.copyOfRange(request.body(), from, to));
    JsonNode text = value.isObject() ? value.path(within) : value;
    return text.isString() ? text.stringValue() : null;
  }
}
