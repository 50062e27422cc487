package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers, and pieces of them, as candidates. */
final class CandidateWriter {
  private CandidateWriter() {}

  static ObjectNode whole(Reply.Choice choice) {
    ArrayNode parts = Nodes.array();
    List<Citation> citations = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Part part : choice.parts()) {
      JsonNode written = part(part);
      if (written != null) {
        parts.add(written);
      }
      if (part instanceof Part.Text said) {
        int before = text.codePointCount(0, text.length());
        said.citations().forEach(citation -> citations.add(shifted(citation, before)));
        text.append(said.text());
      }
    }
    ObjectNode candidate = piece(choice.index(), parts, choice.finish());
    if (!citations.isEmpty()) {
      ObjectNode grounding = Grounding.write(text.toString(), citations);
      if (grounding != null) {
        candidate.set("groundingMetadata", grounding);
      }
    }
    if (choice.logprobs() != null && !choice.logprobs().isEmpty()) {
      candidate.set("logprobsResult", TokenLogprobs.write(choice.logprobs()));
    }
    return candidate;
  }

  private static Citation shifted(Citation citation, int before) {
    return new Citation(
        citation.url(),
        citation.title(),
        citation.quote(),
        citation.from() < 0 ? -1 : citation.from() + before,
        citation.to() < 0 ? -1 : citation.to() + before,
        citation.original());
  }

  /** A candidate with these parts; without a finish it goes on. */
  static ObjectNode piece(int index, ArrayNode parts, @Nullable Finish finish) {
    ObjectNode candidate = Nodes.object();
    candidate.putObject("content").put("role", "model").set("parts", parts);
    if (finish != null) {
      candidate.put("finishReason", FinishReasons.write(finish));
    }
    candidate.put("index", index);
    candidate.putArray("safetyRatings");
    return candidate;
  }

  /** A part, null for what this dialect has no place for. */
  static @Nullable JsonNode part(Part part) {
    return switch (part) {
      case Part.Text text -> Nodes.object().put("text", text.text());
      case Part.Refusal refusal -> Nodes.object().put("text", refusal.text());
      case Part.Thinking thought -> thought(thought.text(), thought.signature());
      case Part.ToolCall call -> call(call.name(), call.arguments(), call.signature());
      case Part.Image image -> media(image.source());
      case Part.Document document -> media(document.source());
      case Part.Audio audio -> sound(audio);
      case Part.Video video -> media(video.source());
      case Part.Foreign foreign -> foreign.dialect() == Dialect.GEMINI ? foreign.json() : null;
      case Part.RedactedThinking _, Part.ToolResult _ -> null;
    };
  }

  static ObjectNode thought(String text, @Nullable String signature) {
    ObjectNode part = Nodes.object().put("text", text).put("thought", true);
    if (signature != null) {
      part.put("thoughtSignature", signature);
    }
    return part;
  }

  static ObjectNode call(String name, String arguments, @Nullable String signature) {
    ObjectNode part = Nodes.object();
    part.putObject("functionCall").put("name", name).set("args", args(arguments));
    if (signature != null) {
      part.put("thoughtSignature", signature);
    }
    return part;
  }

  /** The arguments; a model that writes broken ones is shown as it is. */
  private static JsonNode args(String arguments) {
    if (arguments.isBlank()) {
      return Nodes.object();
    }
    try {
      if (JsonTree.read(arguments.getBytes(UTF_8)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException broken) {
      // told below
    }
    return Nodes.object().put("arguments", arguments);
  }

  private static @Nullable JsonNode sound(Part.Audio audio) {
    JsonNode written = media(audio.source());
    String transcript = audio.transcript();
    return written != null || transcript == null ? written : Nodes.object().put("text", transcript);
  }

  private static @Nullable JsonNode media(Source source) {
    return switch (source) {
      case Source.Data data when data.base64().isEmpty() -> null;
      case Source.Data data -> data(data.mediaType(), data.base64());
      case Source.Url url -> file(url.url(), url.mediaType());
      case Source.File file -> file(file.id(), file.mediaType());
      case Source.Plain plain -> Nodes.object().put("text", plain.text());
    };
  }

  static ObjectNode data(String mediaType, String base64) {
    ObjectNode part = Nodes.object();
    part.putObject("inlineData").put("mimeType", mediaType).put("data", base64);
    return part;
  }

  private static ObjectNode file(String address, @Nullable String type) {
    ObjectNode part = Nodes.object();
    ObjectNode file = part.putObject("fileData");
    if (type != null) {
      file.put("mimeType", type);
    }
    file.put("fileUri", address);
    return part;
  }
}
