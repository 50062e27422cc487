package dev.tollgate.wire.openai;

import dev.tollgate.wire.json.JsonScan;
import tools.jackson.core.JsonToken;

/** Counts the searches on the web among the items of a response, which are charged one by one. */
public final class SearchCalls {
  private SearchCalls() {}

  /**
   * Reads the value of {@code output}, whose first token is the current one, to its end. Opening a
   * page that a search has found is no search.
   */
  public static long count(JsonScan scan, JsonToken output) {
    if (output != JsonToken.START_ARRAY) {
      scan.skip();
      return 0;
    }
    long searches = 0;
    while (scan.next() != JsonToken.END_ARRAY) {
      if (scan.parser().currentToken() == JsonToken.START_OBJECT) {
        searches += isSearch(scan) ? 1 : 0;
      } else {
        scan.skip();
      }
    }
    return searches;
  }

  private static boolean isSearch(JsonScan scan) {
    boolean call = false;
    boolean search = true;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        call = scan.text().equals("web_search_call");
      } else if (name.equals("action") && value == JsonToken.START_OBJECT) {
        search = isSearchAction(scan);
      } else {
        scan.skip();
      }
    }
    return call && search;
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
