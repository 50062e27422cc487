package dev.tollgate.wire.openai;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.CallIds;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a whole chat completion into the common language. */
final class ChatReplyReader {
  private ChatReplyReader() {}

  /**
   * Reads a reply that {@link ReplyEdit} has found to be one.
   *
   * @param usage its figures, read already
   */
  static Reply read(byte[] body, @Nullable Usage usage) {
    JsonNode reply = JsonTree.read(body);
    List<Reply.Choice> choices = new ArrayList<>();
    for (JsonNode choice : reply.path("choices")) {
      choices.add(choice(choice, choices.size(), identity(reply)));
    }
    JsonNode created = reply.path("created");
    return new Reply(
        text(reply, "id"),
        text(reply, "model"),
        created.canConvertToLong() ? created.longValue() : null,
        choices,
        usage,
        Map.of());
  }

  private static Reply.Choice choice(JsonNode choice, int place, String identity) {
    JsonNode number = choice.path("index");
    int index = number.canConvertToInt() ? number.intValue() : place;
    JsonNode message = choice.path("message");
    List<Part> parts = new ArrayList<>();
    thoughts(message, parts);
    content(message, parts);
    String refusal = text(message, "refusal");
    if (refusal != null) {
      parts.add(new Part.Refusal(refusal));
    }
    for (JsonNode image : message.path("images")) {
      String url = text(image.path("image_url"), "url");
      if (url != null) {
        parts.add(new Part.Image(MediaSource.of(url, null), null, null));
      }
    }
    audio(message.path("audio"), parts);
    int calls = 0;
    for (JsonNode call : message.path("tool_calls")) {
      parts.add(call(call, CallIds.of(identity, index, calls++)));
    }
    JsonNode function = message.path("function_call");
    if (function.isObject()) {
      parts.add(
          Part.ToolCall.of(
              CallIds.of(identity, index, calls++),
              orEmpty(function, "name"),
              arguments(function)));
    }
    Finish finish = finish(text(choice, "finish_reason"));
    JsonNode logprobs = choice.path("logprobs");
    return new Reply.Choice(
        index,
        parts,
        calls > 0 && finish != null ? called(finish) : finish,
        logprobs.isObject() ? logprobs : null);
  }

  private static void thoughts(JsonNode message, List<Part> parts) {
    JsonNode blocks = message.path("thinking_blocks");
    for (JsonNode block : blocks) {
      String data = text(block, "data");
      parts.add(
          data == null
              ? new Part.Thinking(orEmpty(block, "thinking"), text(block, "signature"))
              : new Part.RedactedThinking(data));
    }
    String reasoning = text(message, "reasoning_content");
    if (blocks.isEmpty() && reasoning != null && !reasoning.isEmpty()) {
      parts.add(new Part.Thinking(reasoning, null));
    }
  }

  private static void content(JsonNode message, List<Part> parts) {
    JsonNode content = message.path("content");
    List<Citation> citations = new ArrayList<>(0);
    for (JsonNode annotation : message.path("annotations")) {
      citations.add(citation(annotation));
    }
    if (content.isString() && !(content.stringValue().isEmpty() && message.has("tool_calls"))) {
      parts.add(new Part.Text(content.stringValue(), citations, null));
    }
    for (JsonNode part : content) { // a text has no elements
      String text = text(part, "text");
      if (text != null) {
        parts.add(Part.Text.of(text));
      }
    }
  }

  static Citation citation(JsonNode annotation) {
    JsonNode url = annotation.path("url_citation");
    return new Citation(
        text(url, "url"),
        text(url, "title"),
        null,
        url.path("start_index").asInt(-1),
        url.path("end_index").asInt(-1),
        annotation);
  }

  private static void audio(JsonNode audio, List<Part> parts) {
    if (audio.isObject()) {
      JsonNode expires = audio.path("expires_at");
      parts.add(
          new Part.Audio(
              new Source.Data("audio/wav", orEmpty(audio, "data")),
              null,
              text(audio, "transcript"),
              text(audio, "id"),
              expires.canConvertToLong() ? expires.longValue() : null));
    }
  }

  /** What tells this reply from others. */
  static String identity(JsonNode reply) {
    String id = text(reply, "id");
    return id == null || id.isEmpty() ? reply.path("created").asString("") : id;
  }

  private static Part call(JsonNode call, String madeId) {
    JsonNode function = call.path("function");
    String id = orEmpty(call, "id");
    return new Part.ToolCall(
        id.isEmpty() ? madeId : id,
        orEmpty(function, "name"),
        arguments(function),
        text(call.path("provider_specific_fields"), "thought_signature"),
        null);
  }

  /** A call's arguments as JSON text: some providers give the object itself. */
  static String arguments(JsonNode function) {
    JsonNode arguments = function.path("arguments");
    return arguments.isString()
        ? arguments.stringValue()
        : arguments.isObject() ? arguments.toString() : "";
  }

  /** Some providers say {@code stop} beside calls, OpenAI itself where the tool was named. */
  static Finish called(Finish finish) {
    return finish.reason() == Finish.Reason.STOP
        ? new Finish(Finish.Reason.TOOL_CALLS, null, finish.original())
        : finish;
  }

  static @Nullable Finish finish(@Nullable String reason) {
    return switch (reason) {
      case null -> null;
      case "length", "max_tokens" -> new Finish(Finish.Reason.LENGTH, null, reason);
      case "tool_calls", "function_call" -> new Finish(Finish.Reason.TOOL_CALLS, null, reason);
      case "content_filter" -> new Finish(Finish.Reason.CONTENT_FILTER, null, reason);
      default -> new Finish(Finish.Reason.STOP, null, reason);
    };
  }

  static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? value.stringValue() : null;
  }

  static String orEmpty(JsonNode object, String name) {
    String value = text(object, name);
    return value == null ? "" : value;
  }

  /** What a provider must not answer. */
  static FailureException unusable(String provider, String why) {
    return new FailureException(Refusal.unusable(provider, why));
  }
}
