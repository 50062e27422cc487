package dev.tollgate.model.chat;

import dev.tollgate.model.Dialect;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A piece of a turn, of the client's or of the model's. */
public sealed interface Part {

  /**
   * Text.
   *
   * @param citations what it rests on
   * @param cacheControl the mark of a prefix to be cached, as Anthropic writes it; null for none
   */
  record Text(String text, List<Citation> citations, @Nullable JsonNode cacheControl)
      implements Part {
    public static Text of(String text) {
      return new Text(text, List.of(), null);
    }
  }

  /**
   * An image.
   *
   * @param detail OpenAI's {@code low}, {@code high}, {@code auto}
   */
  record Image(Source source, @Nullable String detail, @Nullable JsonNode cacheControl)
      implements Part {}

  /**
   * A file that is read, a PDF as a rule.
   *
   * @param name its file name or title
   * @param context what Anthropic calls the document's context
   * @param cited whether the answer shall cite it; null where nothing was said
   */
  record Document(
      Source source,
      @Nullable String name,
      @Nullable String context,
      @Nullable Boolean cited,
      @Nullable JsonNode cacheControl)
      implements Part {}

  /**
   * Sound.
   *
   * @param format {@code wav}, {@code mp3}; null where only the media type is known
   * @param transcript what is said in it, of a model's answer
   * @param id by which a later turn can name it
   * @param expiresAt seconds of the epoch until which the id is good
   */
  record Audio(
      Source source,
      @Nullable String format,
      @Nullable String transcript,
      @Nullable String id,
      @Nullable Long expiresAt)
      implements Part {}

  /** Moving pictures. */
  record Video(Source source, @Nullable JsonNode cacheControl) implements Part {}

  /**
   * The model calls a tool.
   *
   * @param arguments the JSON text as the model wrote it, which may be broken; empty for none
   * @param signature proof of the thought that led to it (Gemini's {@code thoughtSignature})
   */
  record ToolCall(
      String id,
      String name,
      String arguments,
      @Nullable String signature,
      @Nullable JsonNode cacheControl)
      implements Part {
    public static ToolCall of(String id, String name, String arguments) {
      return new ToolCall(id, name, arguments, null, null);
    }
  }

  /**
   * What came of a tool call.
   *
   * @param callId the call's id; empty where the dialect has none
   * @param name the tool's name, where the dialect or an earlier call tells it
   * @param content text, images, documents
   * @param failed whether the tool failed
   */
  record ToolResult(
      String callId,
      @Nullable String name,
      List<Part> content,
      boolean failed,
      @Nullable JsonNode cacheControl)
      implements Part {}

  /**
   * The model's thoughts.
   *
   * @param text readable thoughts or their summary
   * @param signature proof that they are the provider's own, which has to come back with them
   */
  record Thinking(String text, @Nullable String signature) implements Part {}

  /** Thoughts that only the provider can read; they have to come back as they are. */
  record RedactedThinking(String data) implements Part {}

  /** The model declines. */
  record Refusal(String text) implements Part {}

  /** Something only this dialect knows; others leave it out. */
  record Foreign(Dialect dialect, JsonNode json) implements Part {}
}
