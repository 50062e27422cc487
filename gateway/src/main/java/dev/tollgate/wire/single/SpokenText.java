package dev.tollgate.wire.single;

import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonScan;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** The text that a call for speech asks to be said, which is what it costs. */
public final class SpokenText {
  private SpokenText() {}

  /** How many characters it has. */
  public static long characters(Request request) {
    Request.Member input = request.member("input");
    if (input == null) {
      return 0;
    }
    int from = input.value().from();
    int to = input.value().to();
    try (JsonScan scan = JsonScan.of(request.body(), from, to)) {
      String said = scan.next() == JsonToken.VALUE_STRING ? scan.text() : "";
      return said.codePointCount(0, said.length());
    } catch (JacksonException badEscape) {
      return (long) to - from; // the provider will say so
    }
  }
}
