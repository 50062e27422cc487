package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A conversation in no dialect's words: what a client asks, what the provider answers. The matrix's
 * own; nothing of the gateway's is in it.
 *
 * @param kind the column of the generated table
 * @param answer the provider's answer
 * @param next what the client says when it has the answer, which it sends back with this; null for
 *     one turn
 */
record Talk(String name, String kind, Ask ask, Answer answer, List<Turn> next) {

  Talk(String name, String kind, Ask ask, Answer answer) {
    this(name, kind, ask, answer, null);
  }

  sealed interface Piece {}

  record Text(String text) implements Piece {}

  /** In the message ({@code base64}) or at an address. */
  record Image(String mediaType, String base64, String url) implements Piece {}

  record Pdf(String name, String base64) implements Piece {}

  record Thought(String text, String signature) implements Piece {}

  record Redacted(String data) implements Piece {}

  record Call(String id, String name, JsonNode arguments) implements Piece {}

  record Result(String callId, String name, List<String> texts, boolean failed) implements Piece {}

  record Refusal(String text) implements Piece {}

  /** Role: system, user, assistant, tool. */
  record Turn(String role, List<Piece> pieces) {}

  record Tool(String name, String description, JsonNode schema) {}

  /** {@code schema} null for any object. */
  record Format(String name, JsonNode schema) {}

  /**
   * @param choice null, none, required, or a tool's name
   * @param numbers max_tokens, temperature, top_p, top_k, seed, presence_penalty, frequency_penalty
   */
  record Ask(
      List<Turn> turns,
      List<Tool> tools,
      String choice,
      Format format,
      boolean thinking,
      Map<String, JsonNode> numbers,
      List<String> stop,
      String endUser,
      boolean oneCallAtMost) {

    Ask withTurns(List<Turn> others) {
      return new Ask(others, tools, choice, format, thinking, numbers, stop, endUser, oneCallAtMost);
    }
  }

  enum End {
    STOP,
    STOP_SEQUENCE,
    LENGTH,
    TOOLS,
    FILTER,
    REFUSAL
  }

  /** Totals: cached and written are among {@code input}, reasoning among {@code output}. */
  record Usage(long input, long cached, long written, long output, long reasoning) {
    static final Usage USUAL = new Usage(21, 0, 0, 13, 0);
  }

  enum Kind {
    BAD_REQUEST,
    AUTH,
    FORBIDDEN,
    NOT_FOUND,
    RATE,
    SERVER,
    CONTEXT,
    POLICY
  }

  /** A provider's error; {@code inStream}: after the first pieces. */
  record Fault(Kind kind, int status, String message, boolean inStream) {}

  /** {@code cut}: the connection drops before the end. */
  record Answer(List<Piece> pieces, End end, Usage usage, Fault fault, boolean cut) {
    static Answer of(End end, Piece... pieces) {
      return new Answer(List.of(pieces), end, Usage.USUAL, null, false);
    }

    Answer with(Usage other) {
      return new Answer(pieces, end, other, fault, cut);
    }
  }
}
