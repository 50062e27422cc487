package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonTree;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's signatures, on their way through clients of other dialects and back. */
class SignaturesTest {
  private static final String SIGNATURE = "q7+/AAEC/w==";
  private static final String SIGNED_CALL =
      """
      {"responseId":"r","candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model",
      "parts":[{"text":"Hm.","thought":true},
      {"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"q7+/AAEC/w=="}]}}]}
      """;
  private static final String SIGNED_TEXT =
      """
      {"responseId":"r","candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model",
      "parts":[{"text":"Hm.","thought":true},{"text":"Hello.","thoughtSignature":"q7+/AAEC/w=="}]}}]}
      """;
  private static final Deployment GEMINI = Samples.deployment("gemini", BodyRules.NONE);

  private static Request asked(Operation operation, String body) {
    return Codecs.of(operation).readRequest(Samples.at(operation), bytes(body));
  }

  /** What the client got for an answer of Gemini's, and sends back with its next turn. */
  private static JsonNode turn(Operation operation, String answer) {
    Codec codec = Codecs.between(operation, Operation.GENERATE_CONTENT);
    Request request = asked(operation, first(operation).toString());
    codec.requestFor(request, GEMINI, null);
    byte[] reply = codec.readReply(request, GEMINI, Samples.shown("m"), bytes(answer)).body();
    JsonNode said = JsonTree.read(reply);
    return switch (operation) {
      case CHAT -> said.path("choices").path(0).path("message");
      case RESPONSES -> said.path("output");
      case MESSAGES ->
          JsonTree.object().put("role", "assistant").set("content", said.path("content"));
      case CONVERSE -> said.path("output").path("message");
      case COHERE_CHAT -> said.path("message");
      default -> throw new AssertionError(operation);
    };
  }

  private static ObjectNode first(Operation operation) {
    ObjectNode body = JsonTree.object().put("model", "m");
    String list = operation == Operation.RESPONSES ? "input" : "messages";
    ObjectNode user = body.putArray(list).addObject().put("role", "user");
    if (operation == Operation.CONVERSE) {
      user.putArray("content").addObject().put("text", "q");
    } else {
      user.put("content", "q");
    }
    if (operation == Operation.MESSAGES) {
      body.put("max_tokens", 9);
    }
    return body;
  }

  /** A body with the answer in its history. */
  private static ObjectNode second(Operation operation, JsonNode turn) {
    ObjectNode body = first(operation);
    ArrayNode list = (ArrayNode) body.get(operation == Operation.RESPONSES ? "input" : "messages");
    if (turn.isArray()) {
      turn.forEach(list::add);
    } else {
      list.add(turn);
    }
    return body;
  }

  private static JsonNode sent(Operation client, JsonNode turn) {
    Codec codec = Codecs.between(client, Operation.GENERATE_CONTENT);
    Request request = asked(client, second(client, turn).toString());
    JsonNode sent = JsonTree.read(codec.requestFor(request, GEMINI, null));
    return sent.path("contents").path(1).path("parts");
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "MESSAGES", "CONVERSE", "COHERE_CHAT"})
  void theSignatureOfACallComesBackWithItsCall(Operation client) {
    JsonNode parts = sent(client, turn(client, SIGNED_CALL));
    JsonNode call = parts.get(parts.size() - 1);
    assertThat(call.path("functionCall").path("args").path("a").intValue()).isOne();
    assertThat(call.path("thoughtSignature").stringValue()).isEqualTo(SIGNATURE);
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "MESSAGES", "CONVERSE"})
  void theSignatureOfATextComesBackWithItsText(Operation client) {
    JsonNode parts = sent(client, turn(client, SIGNED_TEXT));
    assertThat(parts.toString())
        .isEqualTo(
            "[{\"text\":\"Hm.\",\"thought\":true},"
                + "{\"text\":\"Hello.\",\"thoughtSignature\":\"q7+/AAEC/w==\"}]");
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "MESSAGES", "CONVERSE", "COHERE_CHAT"})
  void idsHaveTheCharactersThatAllClientsTake(Operation client) {
    String said = turn(client, SIGNED_CALL).toString();
    assertThat(said).containsPattern("\"call_[0-9a-f]{28}__thought__[A-Za-z0-9_-]+\"");
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "MESSAGES", "CONVERSE", "COHERE_CHAT"})
  void noOtherProviderSeesASignature(Operation client) {
    for (String answer : new String[] {SIGNED_CALL, SIGNED_TEXT}) {
      Request request = asked(client, second(client, turn(client, answer)).toString());
      for (Operation served :
          new Operation[] {
            Operation.CHAT,
            Operation.RESPONSES,
            Operation.MESSAGES,
            Operation.CONVERSE,
            Operation.COHERE_CHAT
          }) {
        if (served != client) {
          byte[] sent = Codecs.between(client, served).requestFor(request, Samples.PLAIN, null);
          assertThat(text(sent)).doesNotContain("__thought__", "signature", "Z2VtaW5p", "q7+");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "MESSAGES", "CONVERSE", "COHERE_CHAT"})
  void aProviderOfTheClientsOwnDialectGetsTheBareIds(Operation client) {
    Request request = asked(client, second(client, turn(client, SIGNED_CALL)).toString());
    byte[] sent = Codecs.between(client, client).requestFor(request, Samples.PLAIN, null);
    assertThat(text(sent)).doesNotContain("__thought__").containsPattern("\"call_[0-9a-f]{28}\"");
  }

  @Test
  void aGatewayThatReadsSuchIdsItselfGetsThem() {
    Request request =
        asked(Operation.CHAT, second(Operation.CHAT, turn(Operation.CHAT, SIGNED_CALL)).toString());
    BodyRules rules =
        new BodyRules(
            Map.of(), Set.of(), false, Set.of(), Map.of(), Map.of(), false, Set.of("signed_ids"));
    byte[] sent =
        Codecs.of(Dialect.OPENAI)
            .requestFor(request, Samples.deployment("litellm_proxy", rules), null);
    assertThat(text(sent)).contains("__thought__");
  }

  @Test
  void wordsThatLookLikeAnIdStay() {
    String body =
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"a__thought__b\"},"
            + "{\"role\":\"user\",\"content\":\"{\\\"id\\\":\\\"a__thought__b\\\"}\"}]}";
    assertThat(Samples.forwarded(body, Samples.PLAIN)).isEqualTo(body);
  }

  @Test
  void aSignatureThatNoIdCouldGiveBackIsLeftOut() {
    for (String odd : new String[] {"", "no base64!", "YQ", "A".repeat(32 << 10) + "AAAA"}) {
      String answer = SIGNED_CALL.replace(SIGNATURE, odd);
      assertThat(turn(Operation.MESSAGES, answer).toString()).doesNotContain("__thought__");
    }
  }
}
