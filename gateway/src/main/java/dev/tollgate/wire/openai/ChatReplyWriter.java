package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Writes a whole reply as a chat completion. For one reply. */
final class ChatReplyWriter {
  private final StringBuilder out = new StringBuilder(1024);
  private final Reply reply;
  private final ReplyShape shape;

  ChatReplyWriter(Reply reply, ReplyShape shape) {
    this.reply = reply;
    this.shape = shape;
  }

  byte[] write() {
    out.append("{\"id\":");
    JsonText.quote(out, idOf(reply.id(), shape));
    out.append(",\"object\":\"chat.completion\",\"created\":")
        .append(reply.created() == null ? shape.created() : reply.created())
        .append(",\"model\":");
    JsonText.quote(out, shape.model());
    out.append(",\"choices\":[");
    for (int i = 0; i < reply.choices().size(); i++) {
      out.append(i == 0 ? "" : ",");
      choice(reply.choices().get(i));
    }
    out.append(']');
    Usage usage = reply.usage();
    if (usage != null) {
      out.append(",\"usage\":");
      ChatUsage.write(usage, out);
    }
    reply
        .extras()
        .forEach(
            (name, value) -> {
              out.append(',');
              JsonText.quote(out, name);
              out.append(':').append(value);
            });
    return out.append('}').toString().getBytes(UTF_8);
  }

  /** A message's id is no completion's: such a reply gets one of its own, as with LiteLLM. */
  static String idOf(@Nullable String given, ReplyShape shape) {
    return given == null || given.startsWith("msg_") ? shape.id("chatcmpl-") : given;
  }

  private void choice(Reply.Choice choice) {
    Gathered gathered = new Gathered(choice.parts());
    out.append("{\"finish_reason\":");
    JsonText.quote(out, finishOf(choice.finish(), !gathered.calls.isEmpty()));
    out.append(",\"index\":").append(choice.index()).append(",\"message\":");
    gathered.write(out);
    JsonNode logprobs = choice.logprobs();
    if (logprobs != null) {
      out.append(",\"logprobs\":").append(logprobs);
    }
    out.append('}');
  }

  static String finishOf(@Nullable Finish finish, boolean calls) {
    if (finish == null) {
      return calls ? "tool_calls" : "stop";
    }
    return switch (finish.reason()) {
      case STOP -> calls ? "tool_calls" : "stop";
      case STOP_SEQUENCE, PAUSE -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER, REFUSAL -> "content_filter";
    };
  }

  /** A message's parts, each kind in its own member. */
  private static final class Gathered {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<String> thoughts = new ArrayList<>(0);
    private final List<Part.ToolCall> calls = new ArrayList<>(0);
    private final List<String> annotations = new ArrayList<>(0);
    private final List<String> images = new ArrayList<>(0);
    private Part.@Nullable Audio audio;
    private boolean hasText;
    private boolean signed;
    private boolean thought;

    Gathered(List<Part> parts) {
      parts.forEach(this::add);
    }

    private void add(Part part) {
      switch (part) {
        case Part.Text said -> {
          hasText = true;
          said.citations().forEach(citation -> annotate(citation, text.length()));
          text.append(said.text());
        }
        case Part.Refusal declined -> refusal.append(declined.text());
        case Part.Thinking thinking -> {
          thought = true;
          reasoning.append(thinking.text());
          signed |= thinking.signature() != null;
          thoughts.add(thinkingBlock(thinking.text(), thinking.signature()));
        }
        case Part.RedactedThinking hidden -> {
          thought = true;
          signed = true;
          thoughts.add(redactedBlock(hidden.data()));
        }
        case Part.ToolCall call -> calls.add(call);
        case Part.Image image -> images.add(imageUrl(images.size(), image));
        case Part.Audio sound -> audio = sound;
        case Part.Document _, Part.Video _, Part.ToolResult _, Part.Foreign _ -> {
          // chat completions have no word for it
        }
      }
    }

    private void annotate(Citation citation, int offset) {
      if (citation.url() == null) {
        return;
      }
      StringBuilder one = new StringBuilder("{\"type\":\"url_citation\",\"url_citation\":{");
      if (citation.from() >= 0) {
        one.append("\"start_index\":").append(offset + citation.from());
        one.append(",\"end_index\":").append(offset + citation.to()).append(',');
      }
      one.append("\"url\":");
      JsonText.quote(one, citation.url());
      one.append(",\"title\":");
      JsonText.quote(one, citation.title() == null ? "" : citation.title());
      annotations.add(one.append("}}").toString());
    }

    void write(StringBuilder out) {
      out.append("{\"role\":\"assistant\",\"content\":");
      JsonText.quote(out, hasText ? text.toString() : null);
      if (!refusal.isEmpty()) {
        out.append(",\"refusal\":");
        JsonText.quote(out, refusal.toString());
      }
      if (thought) {
        out.append(",\"reasoning_content\":");
        JsonText.quote(out, reasoning.toString());
      }
      if (signed) {
        list(out, "thinking_blocks", thoughts);
      }
      list(out, "annotations", annotations);
      list(out, "images", images);
      if (audio != null) {
        out.append(",\"audio\":");
        audio(audio, out);
      }
      if (!calls.isEmpty()) {
        out.append(",\"tool_calls\":[");
        for (int i = 0; i < calls.size(); i++) {
          out.append(i == 0 ? "" : ",");
          call(calls.get(i), out);
        }
        out.append(']');
      }
      out.append('}');
    }

    private static void list(StringBuilder out, String name, List<String> items) {
      if (!items.isEmpty()) {
        out.append(",\"").append(name).append("\":[").append(String.join(",", items)).append(']');
      }
    }
  }

  private static void call(Part.ToolCall call, StringBuilder out) {
    out.append("{\"id\":");
    JsonText.quote(out, call.id());
    out.append(",\"type\":\"function\",\"function\":{\"name\":");
    JsonText.quote(out, call.name());
    out.append(",\"arguments\":");
    JsonText.quote(out, call.arguments());
    out.append('}');
    signature(call.signature(), out);
    out.append('}');
  }

  /** Where LiteLLM's clients find the proof of a thought, to send it back. */
  static void signature(@Nullable String signature, StringBuilder out) {
    if (signature != null) {
      out.append(",\"provider_specific_fields\":{\"thought_signature\":");
      JsonText.quote(out, signature);
      out.append('}');
    }
  }

  static String thinkingBlock(String text, @Nullable String signature) {
    StringBuilder block = new StringBuilder("{\"type\":\"thinking\",\"thinking\":");
    JsonText.quote(block, text);
    if (signature != null) {
      block.append(",\"signature\":");
      JsonText.quote(block, signature);
    }
    return block.append('}').toString();
  }

  static String redactedBlock(String data) {
    StringBuilder block = new StringBuilder("{\"type\":\"redacted_thinking\",\"data\":");
    JsonText.quote(block, data);
    return block.append('}').toString();
  }

  static String imageUrl(int index, Part.Image image) {
    StringBuilder one = new StringBuilder("{\"type\":\"image_url\",\"index\":").append(index);
    one.append(",\"image_url\":{\"url\":");
    JsonText.quote(one, MediaSource.urlOf(image.source()));
    one.append(",\"detail\":");
    JsonText.quote(one, image.detail() == null ? "auto" : image.detail());
    return one.append("}}").toString();
  }

  private static void audio(Part.Audio audio, StringBuilder out) {
    out.append("{\"id\":");
    JsonText.quote(out, Objects.requireNonNullElse(audio.id(), ""));
    out.append(",\"data\":");
    JsonText.quote(out, audio.source() instanceof Source.Data data ? data.base64() : "");
    out.append(",\"transcript\":");
    JsonText.quote(out, Objects.requireNonNullElse(audio.transcript(), ""));
    out.append(",\"expires_at\":").append(Objects.requireNonNullElse(audio.expiresAt(), 0L));
    out.append('}');
  }
}
