package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.JsonTree;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes content blocks. */
final class BlockWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern ODD_IN_ID = Pattern.compile("[^a-zA-Z0-9_-]");

  private BlockWriter() {}

  static ObjectNode node(String type) {
    return NODES.objectNode().put("type", type);
  }

  static ArrayNode list() {
    return NODES.arrayNode();
  }

  static ObjectNode text(String text) {
    return node("text").put("text", text);
  }

  /** A text with what it rests on. */
  static ObjectNode text(Part.Text said) {
    ObjectNode block = text(said.text());
    if (!said.citations().isEmpty()) {
      ArrayNode citations = block.putArray("citations");
      said.citations().forEach(citation -> citations.add(citation(citation)));
    }
    return marked(block, said.cacheControl());
  }

  /** The citation as it came, if it is of this dialect; else as a page that was found. */
  static JsonNode citation(Citation citation) {
    if (citation.original().path("type").asString("").endsWith("_location")) {
      return citation.original();
    }
    return node("web_search_result_location")
        .put("url", citation.url())
        .put("title", citation.title())
        .put("encrypted_index", "")
        .put("cited_text", citation.quote() == null ? "" : citation.quote());
  }

  static @Nullable ObjectNode image(Part.Image image) {
    JsonNode source = source(image.source());
    if (source == null) {
      return null;
    }
    ObjectNode block = node("image");
    block.set("source", source);
    return marked(block, image.cacheControl());
  }

  static @Nullable ObjectNode document(Part.Document document) {
    JsonNode source = source(document.source());
    if (source == null) {
      return null;
    }
    ObjectNode block = node("document");
    block.set("source", source);
    if (document.name() != null) {
      block.put("title", document.name());
    }
    if (document.context() != null) {
      block.put("context", document.context());
    }
    if (document.cited() != null) {
      block.putObject("citations").put("enabled", document.cited());
    }
    return marked(block, document.cacheControl());
  }

  /** The source of an image or document. */
  private static @Nullable JsonNode source(Source source) {
    return switch (source) {
      case Source.Data data ->
          node("base64").put("media_type", data.mediaType()).put("data", data.base64());
      case Source.Url url -> node("url").put("url", url.url());
      case Source.File file -> node("file").put("file_id", file.id());
      case Source.Plain plain ->
          node("text").put("media_type", "text/plain").put("data", plain.text());
    };
  }

  /** A call; null if its arguments are no JSON object. */
  static @Nullable ObjectNode call(Part.ToolCall call) {
    JsonNode input = input(call.arguments());
    if (input == null) {
      return null;
    }
    ObjectNode block = node("tool_use").put("id", id(call.id())).put("name", call.name());
    block.set("input", input);
    return marked(block, call.cacheControl());
  }

  /** Arguments as an object, empty ones as an empty object; null if they are something else. */
  static @Nullable JsonNode input(String arguments) {
    if (arguments.isBlank()) {
      return NODES.objectNode();
    }
    try {
      JsonNode input = JsonTree.read(arguments.getBytes(UTF_8));
      return input.isObject() ? input : null;
    } catch (JacksonException broken) {
      return null;
    }
  }

  /** The thought, null if it has no proof: Anthropic takes back only its own. */
  static @Nullable ObjectNode thinking(Part.Thinking thinking) {
    return thinking.signature() == null
        ? null
        : node("thinking").put("thinking", thinking.text()).put("signature", thinking.signature());
  }

  static ObjectNode redacted(Part.RedactedThinking thinking) {
    return node("redacted_thinking").put("data", thinking.data());
  }

  static @Nullable JsonNode foreign(Part.Foreign foreign) {
    return foreign.dialect() == Dialect.ANTHROPIC ? foreign.json() : null;
  }

  /** An id with the characters that Anthropic takes. */
  static String id(String id) {
    return ODD_IN_ID.matcher(id).replaceAll("_");
  }

  static ObjectNode marked(ObjectNode block, @Nullable JsonNode cacheControl) {
    if (cacheControl != null) {
      block.set("cache_control", cacheControl);
    }
    return block;
  }

  /** Whether all that is said is one plain text. */
  static boolean isPlainText(List<Part> parts) {
    return parts.size() == 1
        && parts.getFirst() instanceof Part.Text only
        && only.cacheControl() == null
        && only.citations().isEmpty();
  }
}
