package dev.tollgate.wire.openai;

import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.wire.json.JsonScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Looks into single values of a body that was scanned before, and so is known to be JSON. */
final class SmallJson {
  private SmallJson() {}

  /** The strings of a list; empty if the member is absent or no list. */
  static List<String> strings(byte[] body, @Nullable Member member) {
    if (member == null || member.isNull()) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    try (JsonScan scan = JsonScan.of(body, member.value().from(), member.value().to())) {
      if (scan.next() != JsonToken.START_ARRAY) {
        return List.of();
      }
      for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
        if (item == JsonToken.VALUE_STRING && strings.size() < 100) {
          strings.add(scan.parser().getString());
        }
        scan.skip();
      }
    }
    return strings;
  }

  /** Where the value of an object's member stands, null if there is none. */
  static @Nullable Span memberValue(byte[] body, Span object, String name) {
    try (JsonScan scan = JsonScan.of(body, object.from(), object.to())) {
      if (scan.next() != JsonToken.START_OBJECT) {
        return null;
      }
      for (String key = scan.nextName(); key != null; ) {
        scan.next();
        int from = scan.start();
        scan.skip();
        String next = scan.nextName();
        if (key.equals(name)) {
          return new Span(from, scan.valueEndBefore(scan.start()));
        }
        key = next;
      }
    }
    return null;
  }

  /** The text of an object's member, null if it is absent or no string. */
  static @Nullable String memberText(byte[] body, Span object, String name) {
    Span value = memberValue(body, object, name);
    if (value == null) {
      return null;
    }
    try (JsonScan scan = JsonScan.of(body, value.from(), value.to())) {
      return scan.next() == JsonToken.VALUE_STRING ? scan.parser().getString() : null;
    }
  }

  static boolean isEmptyObject(byte[] body, Span object) {
    try (JsonScan scan = JsonScan.of(body, object.from(), object.to())) {
      return scan.next() == JsonToken.START_OBJECT && scan.next() == JsonToken.END_OBJECT;
    }
  }
}
