package dev.tollgate.platform.acceptance;

import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the upstream says in the acceptance tests, as OpenAI would. */
final class Replies {
  private Replies() {}

  static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  /** A chat completion that has cost 10 tokens in and 5 out. */
  static Answer chat(String content) {
    return message("{\"role\":\"assistant\",\"content\":" + quoted(content) + "}", true);
  }

  static Answer message(String message, boolean withUsage) {
    var usage =
        withUsage
            ? ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}"
            : "";
    return Answer.of(
        200,
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + message
            + ",\"finish_reason\":\"stop\"}]"
            + usage
            + "}");
  }

  /** An assistant's message with calls; each is an id, a name and its arguments. */
  static Answer calls(String... parts) {
    var calls = new StringBuilder();
    for (int i = 0; i < parts.length; i += 3) {
      calls.append(i == 0 ? "" : ",").append("{\"id\":").append(quoted(parts[i]));
      calls.append(",\"type\":\"function\",\"function\":{\"name\":").append(quoted(parts[i + 1]));
      calls.append(",\"arguments\":").append(quoted(parts[i + 2])).append("}}");
    }
    return message(
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + calls + "]}", true);
  }

  /** A vector that depends on the text, so that mixed-up answers are seen. */
  static float[] vector(String text, int dimensions) {
    var random = new Random(text.hashCode());
    var vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = random.nextInt(-1000, 1000) / 1024f;
    }
    return vector;
  }

  /** The vector of the call's input, encoded as the call asks. */
  static Answer embedding(Call call, boolean asBase64) {
    var vector = vector(input(call), 1536);
    return Answer.of(
        200,
        "{\"object\":\"list\",\"model\":\"text-embedding-3-small\",\"data\":[{\"object\":"
            + "\"embedding\",\"index\":0,\"embedding\":"
            + (asBase64 ? base64(vector) : numbers(vector))
            + "}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}");
  }

  static String input(Call call) {
    return json(call.body()).path("input").stringValue();
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : vector) {
      bytes.putFloat(number);
    }
    return quoted(Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static String numbers(float[] vector) {
    var text = new StringBuilder("[");
    for (float number : vector) {
      text.append(text.length() == 1 ? "" : ",").append(number);
    }
    return text.append(']').toString();
  }

  /** A Responses object; its status and further fields as given. */
  static Answer response(String id, String status, String output, String more) {
    return Answer.of(
        200,
        """
        {"id":"%s","object":"response","created_at":1700000000,"status":"%s","model":"m",
         "output":[%s],"parallel_tool_calls":true,"tools":[],"tool_choice":"auto"%s}
        """
            .formatted(id, status, output, more));
  }

  static String outputText(String text) {
    return "{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\","
        + "\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":"
        + quoted(text)
        + "}]}";
  }

  static Answer error(int status, String type, String message) {
    return Answer.of(
        status,
        "{\"error\":{\"message\":%s,\"type\":\"%s\",\"param\":null,\"code\":null}}"
            .formatted(quoted(message), type));
  }

  static Answer events(String... events) {
    var body = new StringBuilder();
    for (var event : events) {
      body.append("data: ").append(event).append("\n\n");
    }
    return new Answer(200, Map.of("Content-Type", "text/event-stream"), body.toString());
  }

  private static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }
}
