package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Keeps what it is sent and plays scripted answers in order. */
final class FakeTransport implements Transport {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Deque<Supplier<JsonNode>> script = new ArrayDeque<>();
  private final List<String> paths = new ArrayList<>();
  private final List<JsonNode> bodies = new ArrayList<>();

  static JsonNode json(String text) {
    return MAPPER.readTree(text);
  }

  static ObjectNode object(String text) {
    return (ObjectNode) MAPPER.readTree(text);
  }

  /** Counts words, which makes the figures of a test easy to check by hand. */
  static int words(String text) {
    return WordChunks.count(text);
  }

  LlmBlock block() {
    return new LlmBlock(this, FakeTransport::words);
  }

  /** Answers with a text; it has cost 10 tokens in and 5 out. */
  FakeTransport says(String text) {
    ObjectNode message = object("{\"role\":\"assistant\"}");
    message.put("content", text);
    return answers(message);
  }

  /** Answers with a message; it has cost 10 tokens in and 5 out. */
  FakeTransport answers(ObjectNode message) {
    ObjectNode reply =
        object("{\"choices\":[{}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}");
    ((ObjectNode) reply.path("choices").path(0)).set("message", message);
    return replies(reply.toString());
  }

  /** Answers with a whole body. */
  FakeTransport replies(String body) {
    script.add(() -> json(body));
    return this;
  }

  /** Fails once. */
  FakeTransport fails(RuntimeException failure) {
    script.add(
        () -> {
          throw failure;
        });
    return this;
  }

  @Override
  public JsonNode post(String path, ObjectNode body) {
    paths.add(path);
    bodies.add(body.deepCopy());
    Supplier<JsonNode> next = script.poll();
    if (next == null) {
      throw new AssertionError("call " + bodies.size() + " was not expected: " + body);
    }
    return next.get();
  }

  List<String> paths() {
    return paths;
  }

  JsonNode body(int index) {
    return bodies.get(index);
  }

  JsonNode messages(int index) {
    return bodies.get(index).path("messages");
  }

  String lastText(int index) {
    JsonNode messages = messages(index);
    return messages.path(messages.size() - 1).path("content").stringValue();
  }

  int calls() {
    return bodies.size();
  }
}
