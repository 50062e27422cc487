package matrix;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Server-sent events, as HTML's specification says. */
final class Sse {
  record Event(String name, String data) {}

  private Sse() {}

  static List<Event> read(byte[] bytes) {
    List<Event> events = new ArrayList<>();
    String name = null;
    StringBuilder data = null;
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (data != null) {
          events.add(new Event(name, data.toString()));
        }
        name = null;
        data = null;
      } else if (!line.startsWith(":")) {
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
        if (field.equals("event")) {
          name = value;
        } else if (field.equals("data")) {
          data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
        } else if (!field.equals("id") && !field.equals("retry")) {
          throw new Wrong("no line of server-sent events: " + Json.brief(line));
        }
      }
    }
    if (data != null) {
      throw new Wrong("the last event has no blank line: " + Json.brief(data.toString()));
    }
    return events;
  }

  static byte[] write(String name, String data) {
    return ((name == null ? "" : "event: " + name + "\n") + "data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
