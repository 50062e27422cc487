package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code logprobsResult} as OpenAI's log probabilities, and back. */
final class TokenLogprobs {
  private TokenLogprobs() {}

  static ObjectNode read(JsonNode result) {
    ObjectNode logprobs = Nodes.object();
    ArrayNode content = logprobs.putArray("content");
    JsonNode tops = Nodes.member(result, "topCandidates");
    int at = 0;
    for (JsonNode chosen : Nodes.items(result, "chosenCandidates")) {
      ObjectNode token = token(chosen);
      ArrayNode others = token.putArray("top_logprobs");
      if (tops != null && tops.has(at)) {
        for (JsonNode top : Nodes.items(tops.get(at), "candidates")) {
          others.add(token(top));
        }
      }
      content.add(token);
      at++;
    }
    return logprobs;
  }

  private static ObjectNode token(JsonNode candidate) {
    String text = Nodes.text(candidate, "token");
    String token = text == null ? "" : text;
    ObjectNode out = Nodes.object().put("token", token);
    JsonNode probability = Nodes.member(candidate, "logProbability");
    if (probability != null && probability.isNumber()) {
      out.set("logprob", probability);
    } else {
      out.put("logprob", 0);
    }
    ArrayNode bytes = out.putArray("bytes");
    for (byte b : token.getBytes(UTF_8)) {
      bytes.add(b & 0xff);
    }
    return out;
  }

  static ObjectNode write(JsonNode logprobs) {
    ObjectNode result = Nodes.object();
    ArrayNode tops = result.putArray("topCandidates");
    ArrayNode chosen = result.putArray("chosenCandidates");
    for (JsonNode token : Nodes.items(logprobs, "content")) {
      chosen.add(candidate(token));
      ArrayNode candidates = tops.addObject().putArray("candidates");
      for (JsonNode top : Nodes.items(token, "top_logprobs")) {
        candidates.add(candidate(top));
      }
    }
    return result;
  }

  private static ObjectNode candidate(JsonNode token) {
    String text = Nodes.text(token, "token");
    ObjectNode out = Nodes.object().put("token", text == null ? "" : text);
    JsonNode probability = token.get("logprob");
    if (probability != null && probability.isNumber()) {
      out.set("logProbability", probability);
    }
    return out;
  }
}
