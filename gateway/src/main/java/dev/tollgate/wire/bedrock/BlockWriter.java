package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.JsonTree;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes Converse's content blocks. For one request or reply and one thread. */
final class BlockWriter {
  private static final Pattern ODD_IN_ID = Pattern.compile("[^a-zA-Z0-9_-]");

  private int documents;

  /** A block around an object. */
  static ObjectNode block(String kind, JsonNode inner) {
    ObjectNode block = JsonTree.object();
    block.set(kind, inner);
    return block;
  }

  static ObjectNode text(String text) {
    return JsonTree.object().put("text", text);
  }

  /**
   * A part's block; null for what can be left out.
   *
   * @throws FailureException with a {@code BadRequest} for what Bedrock cannot take
   */
  @Nullable JsonNode write(Part part) {
    return switch (part) {
      case Part.Text said -> text(said.text());
      case Part.Refusal refusal -> text(refusal.text());
      case Part.Image image -> block("image", media(image.source(), "image"));
      case Part.Video video -> block("video", media(video.source(), "video"));
      case Part.Document document -> block("document", document(document));
      case Part.ToolCall call -> block("toolUse", call(call));
      case Part.ToolResult result -> block("toolResult", result(result));
      case Part.Thinking thought -> thought.signature() == null ? null : thinking(thought);
      case Part.RedactedThinking thought ->
          block("reasoningContent", JsonTree.object().put("redactedContent", thought.data()));
      case Part.Audio audio -> {
        if (audio.transcript() == null) {
          throw refused("audio");
        }
        yield text(audio.transcript());
      }
      case Part.Foreign foreign -> foreign(foreign);
    };
  }

  static ObjectNode thinking(Part.Thinking thought) {
    ObjectNode text = text(thought.text());
    if (thought.signature() != null) {
      text.put("signature", thought.signature());
    }
    return block("reasoningContent", block("reasoningText", text));
  }

  private static @Nullable JsonNode foreign(Part.Foreign foreign) {
    if (foreign.dialect() == Dialect.BEDROCK) {
      return foreign.json();
    }
    boolean guarded = foreign.json().path("type").asString("").equals("guarded_text");
    return guarded ? guarded(foreign.json().path("text").asString("")) : null;
  }

  /** Text that a guardrail looks at. */
  static ObjectNode guarded(String text) {
    return block("guardContent", block("text", text(text)));
  }

  private static ObjectNode media(Source source, String kind) {
    ObjectNode media = JsonTree.object();
    switch (source) {
      case Source.Data data -> {
        media.put("format", Formats.media(data.mediaType()));
        media.putObject("source").put("bytes", data.base64());
      }
      case Source.Url url when url.url().startsWith("s3://") -> {
        String type = url.mediaType();
        int dot = url.url().lastIndexOf('.');
        media.put("format", Formats.media(type == null ? url.url().substring(dot + 1) : type));
        media.putObject("source").putObject("s3Location").put("uri", url.url());
      }
      case Source.Url _, Source.File _, Source.Plain _ -> throw refused(kind + "s by address");
    }
    return media;
  }

  private ObjectNode document(Part.Document document) {
    ObjectNode written = JsonTree.object();
    ObjectNode source = JsonTree.object();
    switch (document.source()) {
      case Source.Data data -> {
        String format = Formats.document(data.mediaType());
        if (format == null) {
          throw refused("documents of the type " + data.mediaType());
        }
        written.put("format", format);
        source.put("bytes", data.base64());
      }
      case Source.Plain plain -> {
        written.put("format", "txt");
        source.put("bytes", Base64.getEncoder().encodeToString(plain.text().getBytes(UTF_8)));
      }
      case Source.Url url when url.url().startsWith("s3://") -> {
        written.put("format", url.url().substring(url.url().lastIndexOf('.') + 1));
        source.putObject("s3Location").put("uri", url.url());
      }
      case Source.Url _, Source.File _ -> throw refused("documents by address");
    }
    // Two of the same name are refused, and so are most names of files.
    written.put("name", "Document " + ++documents);
    written.set("source", source);
    if (document.context() != null) {
      written.put("context", document.context());
    }
    if (Boolean.TRUE.equals(document.cited())) {
      written.putObject("citations").put("enabled", true);
    }
    return written;
  }

  private static ObjectNode call(Part.ToolCall call) {
    JsonNode input = input(call.arguments());
    if (input == null) {
      throw new FailureException(
          new Failure.BadRequest(
              "litellm.BadRequestError: BedrockException - Failed to parse tool call arguments for"
                  + " tool '"
                  + call.name()
                  + "': expected a JSON object.",
              null));
    }
    ObjectNode written = JsonTree.object().put("toolUseId", id(call.id())).put("name", call.name());
    written.set("input", input);
    return written;
  }

  /** Arguments as an object, empty ones as an empty object; null if they are something else. */
  static @Nullable JsonNode input(String arguments) {
    if (arguments.isBlank()) {
      return JsonTree.object();
    }
    try {
      JsonNode input = JsonTree.read(arguments.getBytes(UTF_8));
      return input.isObject() ? input : null;
    } catch (JacksonException broken) {
      return null;
    }
  }

  private ObjectNode result(Part.ToolResult result) {
    ObjectNode written = JsonTree.object().put("toolUseId", id(result.callId()));
    ArrayNode content = written.putArray("content");
    for (Part part : result.content()) {
      JsonNode block = write(part);
      if (block != null) {
        content.add(block);
      }
    }
    if (result.failed()) {
      written.put("status", "error");
    }
    return written;
  }

  /** An id with the characters that Bedrock takes. */
  static String id(String id) {
    return ODD_IN_ID.matcher(id).replaceAll("_");
  }

  static FailureException refused(String what) {
    return new FailureException(
        new Failure.BadRequest(
            "litellm.UnsupportedParamsError: bedrock does not support " + what + ".", "messages"));
  }
}
