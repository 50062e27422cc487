package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client's dialect: how it asks by its public specification, and its vendor's own SDK as the judge of the answers. */
interface Client {
  /**
   * What a client understood.
   *
   * @param usage a figure is -1 where the dialect does not tell
   * @param echo the answer as the dialect's clients send it back in the next turn
   */
  record Said(
      String id, String text, String thought, String refusal, List<Talk.Call> calls, String finish, Talk.Usage usage, JsonNode echo) {}

  /** The raw answer. */
  record Answer(int status, Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }
  }

  String name();

  /** What the dialect cannot say, and why. */
  Map<Can, String> lacks();

  String path(String model, boolean stream);

  ObjectNode body(Talk.Ask ask, String model, boolean stream);

  /** Adds turns to a body: the answer that came, and what the client says then. */
  void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next);

  Said whole(Answer answer);

  Said stream(Answer answer);

  /** The message of an error answer, if it has this dialect's shape. */
  String trouble(Answer answer);

  /** The message of the error in a stream, if it has this dialect's shape; null if there is none. */
  String troubleInStream(Answer answer);

  /** How the dialect may say that an answer ended. */
  Set<String> finishes(Talk.End end);

  default boolean hasCallIds() {
    return true;
  }
}
