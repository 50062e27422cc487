package dev.tollgate.pipeline;

import dev.tollgate.model.Request;
import dev.tollgate.model.SearchSize;
import dev.tollgate.wire.json.JsonScan;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Looks for what {@link HostedTools} is about in {@code tools}, in the words of any dialect. */
final class HostedToolScan {
  /** Google names a tool by a member. */
  private static final Set<String> GOOGLE =
      Set.of("googleSearch", "google_search", "googleSearchRetrieval", "enterpriseWebSearch");

  private static final long USES_MAX = 10_000;

  private boolean searches;
  private boolean files;
  private long gigabytes;
  private long uses;
  private @Nullable SearchSize size;

  /** Reads a value whose structure was checked before. */
  void read(byte[] body, Request.Span tools) {
    try (JsonScan scan = JsonScan.of(body, tools.from(), tools.to())) {
      if (scan.next() != JsonToken.START_ARRAY) {
        return;
      }
      while (scan.next() != JsonToken.END_ARRAY) {
        if (scan.parser().currentToken() == JsonToken.START_OBJECT) {
          readTool(scan);
        } else {
          scan.skip();
        }
      }
    } catch (JacksonException badEscape) {
      return; // the provider will say so
    }
  }

  private void readTool(JsonScan scan) {
    String type = "";
    long memory = 1;
    long most = 0;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "type" -> type = value == JsonToken.VALUE_STRING ? scan.text() : "";
        case "search_context_size" ->
            size = value == JsonToken.VALUE_STRING ? SearchSize.of(scan.text()) : size;
        case "max_uses" -> most = uses(scan, value);
        case "container" -> memory = memory(scan, value);
        default -> searches |= GOOGLE.contains(name);
      }
      scan.skip();
    }
    if (type.startsWith("web_search")) {
      searches = true;
      uses = Math.max(uses, most);
    } else if (type.equals("file_search")) {
      files = true;
    } else if (type.equals("code_interpreter")) {
      gigabytes = Math.max(gigabytes, memory);
    }
  }

  private static long uses(JsonScan scan, JsonToken value) {
    if (value != JsonToken.VALUE_NUMBER_INT) {
      return 0;
    }
    return switch (scan.parser().getNumberType()) {
      case INT, LONG -> Math.clamp(scan.parser().getLongValue(), 0, USES_MAX);
      default -> USES_MAX;
    };
  }

  /** {@code {"memory_limit": "4g"}}; of a container that was made before, nobody says it here. */
  private static long memory(JsonScan scan, JsonToken container) {
    long gigabytes = 1;
    if (container == JsonToken.START_OBJECT) {
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        JsonToken value = scan.next();
        if (name.equals("memory_limit") && value == JsonToken.VALUE_STRING) {
          gigabytes =
              switch (scan.text().toLowerCase(Locale.ROOT)) {
                case "4g" -> 4;
                case "16g" -> 16;
                case "64g" -> 64;
                default -> 1;
              };
        } else {
          scan.skip();
        }
      }
    }
    return gigabytes;
  }

  boolean searches() {
    return searches;
  }

  boolean files() {
    return files;
  }

  long gigabytes() {
    return gigabytes;
  }

  /** Anthropic's bound; null for none. */
  @Nullable Long searchesMax() {
    return uses == 0 ? null : Long.valueOf(uses);
  }

  @Nullable SearchSize size() {
    return size;
  }
}
