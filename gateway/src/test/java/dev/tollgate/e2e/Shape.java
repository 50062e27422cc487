package dev.tollgate.e2e;

import java.util.List;

/**
 * Requests and replies of each operation, as small as they can be. All report 12 input and 7 output
 * tokens.
 */
enum Shape {
  CHAT("/v1/chat/completions") {
    @Override
    String input() {
      return "\"messages\":" + RunningGateway.HELLO;
    }

    @Override
    String whole() {
      return FakeProvider.WHOLE;
    }

    @Override
    List<String> events() {
      return List.of(
          FakeProvider.chunk("Hello"),
          FakeProvider.chunk(" there!"),
          FakeProvider.lastChunk(),
          FakeProvider.usageChunk(),
          "[DONE]");
    }
  },
  COMPLETION("/v1/completions") {
    @Override
    String input() {
      return "\"prompt\":\"hello\"";
    }

    @Override
    String whole() {
      return """
      {"id":"cmpl-1","object":"text_completion","created":1,"model":"real-model",\
      "choices":[{"index":0,"text":"Hello there!","logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19}}""";
    }

    @Override
    List<String> events() {
      return List.of(
          piece("Hello", "null"),
          piece(" there!", "null"),
          piece("", "\"stop\""),
          "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"real-model\","
              + "\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}",
          "[DONE]");
    }

    private String piece(String text, String reason) {
      return "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"real-model\","
          + "\"choices\":[{\"index\":0,\"text\":\""
          + text
          + "\",\"logprobs\":null,\"finish_reason\":"
          + reason
          + "}]}";
    }
  },
  EMBEDDING("/v1/embeddings") {
    @Override
    String input() {
      return "\"input\":\"hello\"";
    }

    @Override
    String whole() {
      return """
      {"object":"list","model":"real-model",\
      "data":[{"object":"embedding","index":0,"embedding":[0.1,-0.2]}],\
      "usage":{"prompt_tokens":12,"total_tokens":12}}""";
    }

    @Override
    List<String> events() {
      throw new UnsupportedOperationException("embeddings are not streamed");
    }

    @Override
    String sign() {
      return "[0.1,-0.2]";
    }
  },
  RESPONSES("/v1/responses") {
    @Override
    String input() {
      return "\"input\":\"hello\"";
    }

    @Override
    String whole() {
      return response("completed", MESSAGE, ",\"usage\":" + USAGE);
    }

    @Override
    List<String> events() {
      return List.of(
          event("response.created", "\"response\":" + response("in_progress", "", "")),
          event(
              "response.output_text.delta",
              "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hello\""),
          event(
              "response.output_text.delta",
              "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\" there!\""),
          event(
              "response.completed",
              "\"response\":" + response("completed", MESSAGE, ",\"usage\":" + USAGE)));
    }

    private String event(String type, String members) {
      return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}";
    }

    private String response(String status, String output, String more) {
      return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"real-model\",\"status\":\""
          + status
          + "\",\"output\":["
          + output
          + "]"
          + more
          + "}";
    }
  };

  private static final String MESSAGE =
      "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\","
          + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hello there!\",\"annotations\":[]}]}";

  private static final String USAGE =
      "{\"input_tokens\":12,\"output_tokens\":7,\"total_tokens\":19}";

  private final String path;

  Shape(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  boolean streams() {
    return this != EMBEDDING;
  }

  boolean outputs() {
    return this != EMBEDDING;
  }

  /** The members of the body that carry the prompt. */
  abstract String input();

  /** A good reply. */
  abstract String whole();

  /** The events of a good stream; the client has seen output after the second. */
  abstract List<String> events();

  /** What shows that the reply has come through. */
  String sign() {
    return "Hello";
  }

  String body(boolean stream) {
    return "{\"model\":\"gpt-test\"," + input() + (stream ? ",\"stream\":true}" : "}");
  }
}
