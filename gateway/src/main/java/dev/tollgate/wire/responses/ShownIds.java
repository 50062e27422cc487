package dev.tollgate.wire.responses;

import dev.tollgate.model.FailureException;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.Refusal;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Puts the ids that a client is told for stored responses in the place of the provider's own, in a
 * response object and nowhere below it. For one object.
 */
final class ShownIds {
  private final UnaryOperator<String> shown;
  private final Splice splice;

  ShownIds(UnaryOperator<String> shown, byte[] buffer, int from, int to) {
    this.shown = shown;
    this.splice = new Splice(buffer, from, to);
  }

  /**
   * Edits a whole object.
   *
   * @throws FailureException with an {@code UpstreamBroken} if it is none
   */
  static byte[] edit(byte[] body, UnaryOperator<String> shown, String provider) {
    ShownIds ids = new ShownIds(shown, body, 0, body.length);
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw new FailureException(Refusal.unusable(provider, "the reply is not a JSON object"));
      }
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        ids.member(name, scan, scan.next());
        scan.skip();
      }
    } catch (JacksonException notJson) {
      throw new FailureException(Refusal.unusable(provider, "the reply is not JSON"));
    }
    return ids.isEmpty() ? body : ids.apply();
  }

  /** Looks at a member of the object, whose value is the scan's current token. */
  void member(String name, JsonScan scan, JsonToken value) {
    if (value != JsonToken.VALUE_STRING
        || !(name.equals("id") || name.equals("previous_response_id"))) {
      return;
    }
    String id = scan.text();
    String told = shown.apply(id);
    if (!told.equals(id)) {
      int from = scan.start();
      splice.replace(from, scan.stringEnd(from), JsonText.quote(told));
    }
  }

  /** Takes a member out; as in {@link JsonScan#cut}. */
  void cut(JsonScan scan, int key, boolean kept, boolean followed) {
    scan.cut(splice, key, kept, followed);
  }

  boolean isEmpty() {
    return splice.isEmpty();
  }

  byte[] apply() {
    return splice.apply();
  }
}
