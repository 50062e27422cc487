package dev.tollgate.wire.cohere;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.RawText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Looks over a whole reply that goes through as it is: its id, its usage, its text. */
final class CohereReplyScan {
  private CohereReplyScan() {}

  static WholeReply read(Deployment deployment, byte[] body) {
    String id = null;
    Usage usage = null;
    boolean message = false;
    RawText text = new RawText();
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw CohereChatProvider.unusable(deployment.provider(), "the reply is no JSON object");
      }
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        JsonToken value = scan.next();
        switch (name) {
          case "id" -> id = value == JsonToken.VALUE_STRING ? scan.text() : null;
          case "message" -> {
            message = value == JsonToken.START_OBJECT;
            gather(scan, value, text);
          }
          case "usage" -> usage = usage(scan, body);
          default -> scan.skip();
        }
      }
      if (scan.next() != null) {
        throw CohereChatProvider.unusable(deployment.provider(), "the reply goes on after its end");
      }
    } catch (JacksonException notJson) {
      throw CohereChatProvider.unusable(deployment.provider(), "the reply is not JSON");
    }
    if (!message) {
      throw CohereChatProvider.unusable(deployment.provider(), "the reply has no 'message'");
    }
    return new WholeReply(
        body, usage, id, WholeReply.counts(usage) ? text.sample() : TextSample.NONE);
  }

  /** The figures are small: a tree of them alone. */
  private static @Nullable Usage usage(JsonScan scan, byte[] body) {
    int from = scan.start();
    scan.skip();
    int end = scan.start() + 1;
    return body[from] == '{'
        ? CohereWords.usage(JsonTree.read(Arrays.copyOfRange(body, from, end)))
        : null;
  }

  private static void gather(JsonScan scan, JsonToken value, RawText text) {
    if (!value.isStructStart()) {
      return;
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken token = scan.next();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING && isOutput(scan.parser().currentName())) {
        int from = scan.start();
        text.add(scan.source(), from, scan.stringEnd(from));
      }
    }
  }

  private static boolean isOutput(@Nullable String name) {
    return name != null
        && switch (name) {
          case "content", "text", "thinking", "tool_plan", "arguments", "name" -> true;
          default -> false;
        };
  }
}
