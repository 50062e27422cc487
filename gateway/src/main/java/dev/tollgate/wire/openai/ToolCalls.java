package dev.tollgate.wire.openai;

import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonScan;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Counts, among the items of a response, the calls of tools that the provider runs and charges one
 * by one. For one response and one thread.
 */
public final class ToolCalls {
  private long searches;
  private long fileSearches;
  private @Nullable Set<String> containers;

  /** The figures with these calls. */
  public Usage in(Usage usage) {
    int sessions = containers == null ? 0 : containers.size();
    Usage searched = usage.searched(searches);
    return fileSearches == 0 && sessions == 0
        ? searched
        : searched.with(searched.detail().with(new Usage.Tools(fileSearches, sessions)));
  }

  /** Reads the value of {@code output}, whose first token is the current one, to its end. */
  public void readOutput(JsonScan scan, JsonToken output) {
    searches = 0; // it repeats what events told one by one
    fileSearches = 0;
    containers = null;
    if (output != JsonToken.START_ARRAY) {
      scan.skip();
      return;
    }
    while (scan.next() != JsonToken.END_ARRAY) {
      readItem(scan, scan.parser().currentToken());
    }
  }

  /**
   * Reads one item, whose first token is the current one, to its end. Opening a page that a search
   * has found is no search; what runs in one container is one session.
   */
  public void readItem(JsonScan scan, @Nullable JsonToken item) {
    if (item != JsonToken.START_OBJECT) {
      scan.skip();
      return;
    }
    String type = "";
    String container = "";
    boolean search = true;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        type = scan.text();
      } else if (name.equals("container_id") && value == JsonToken.VALUE_STRING) {
        container = scan.text();
      } else if (name.equals("action") && value == JsonToken.START_OBJECT) {
        search = isSearchAction(scan);
      } else {
        scan.skip();
      }
    }
    switch (type) {
      case "web_search_call" -> searches += search ? 1 : 0;
      case "file_search_call" -> fileSearches++;
      case "code_interpreter_call" -> {
        containers = containers == null ? new HashSet<>() : containers;
        containers.add(container);
      }
      default -> {}
    }
  }

  private static boolean isSearchAction(JsonScan scan) {
    boolean search = true;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        search = scan.text().equals("search");
      } else {
        scan.skip();
      }
    }
    return search;
  }
}
