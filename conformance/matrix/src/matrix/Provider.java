package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A provider's dialect as its public specification says: how its answers look, and what a request
 * to it means. Stateless.
 */
interface Provider {
  /** {@code lost}: the gateway may leave it out without a word; otherwise it has to refuse. */
  record Lack(boolean lost, String why) {
    static Lack lost(String why) {
      return new Lack(true, why);
    }

    static Lack refused(String why) {
      return new Lack(false, why);
    }
  }

  String name();

  /** LiteLLM's parameters of a deployment; {@code base} is this provider's address. */
  JsonNode deployment(String base);

  /** What the dialect cannot say, and why. */
  Map<Can, Lack> lacks();

  /** Whether its calls have ids. */
  default boolean hasCallIds() {
    return true;
  }

  /** As what it can say an end: of those that it has no word for, STOP. */
  default Talk.End ended(Talk.End end) {
    Can can = switch (end) {
      case STOP_SEQUENCE -> Can.END_STOP_SEQUENCE;
      case FILTER -> Can.END_FILTER;
      case REFUSAL -> Can.END_REFUSAL;
      case STOP, LENGTH, TOOLS -> null;
    };
    return can != null && lacks().containsKey(can) ? Talk.End.STOP : end;
  }

  /** Where a request for this model has to arrive, behind the base. */
  String pathOf(boolean stream);

  /** Reads a request strictly. */
  Atoms read(JsonNode body, boolean stream);

  JsonNode whole(Talk.Answer answer, int number);

  String streamType();

  /** A streamed answer, event by event; of one that is cut or broken, what comes before. */
  List<byte[]> stream(Talk.Answer answer, int number);

  Trouble trouble(Talk.Fault fault);

  /** What comes in a stream that breaks; null if the dialect has no such event. */
  byte[] troubleInStream(Talk.Fault fault);

  /** An error answer with its headers, names and values in turn. */
  record Trouble(int status, String type, byte[] body, List<String> headers) {
    static Trouble of(int status, JsonNode body, String... headers) {
      return new Trouble(status, "application/json", Json.bytes(body), List.of(headers));
    }
  }

  /** A provider's own words for two errors that clients have to tell apart. */
  static String words(Talk.Fault fault, String context, String policy) {
    return switch (fault.kind()) {
      case CONTEXT -> context;
      case POLICY -> policy;
      case BAD_REQUEST, AUTH, FORBIDDEN, NOT_FOUND, RATE, SERVER -> fault.message();
    };
  }

  /** A text in pieces, as models stream it. */
  static List<String> pieces(String text) {
    int points = text.codePointCount(0, text.length());
    int step = Math.max(5, (points + 7) / 8);
    List<String> pieces = new java.util.ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int left = text.codePointCount(from, text.length());
      int to = text.offsetByCodePoints(from, Math.min(step, left));
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
