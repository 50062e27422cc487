package dev.tollgate.wire.openai;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.JsonTree;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what a message of a chat completion says. */
final class ContentWriter {
  private ContentWriter() {}

  /** One plain text stands by itself, as every provider takes it. */
  static void write(List<Part> parts, ObjectNode message) {
    if (parts.size() == 1
        && parts.getFirst() instanceof Part.Text text
        && text.cacheControl() == null) {
      message.put("content", text.text());
      return;
    }
    ArrayNode list = JsonTree.array();
    for (Part part : parts) {
      ObjectNode made = part(part);
      if (made != null) {
        list.add(made);
      }
    }
    if (!list.isEmpty()) {
      message.set("content", list);
    }
  }

  private static @Nullable ObjectNode part(Part part) {
    return switch (part) {
      case Part.Text text -> marked(typed("text").put("text", text.text()), text.cacheControl());
      case Part.Image image -> {
        ObjectNode made = typed("image_url");
        ObjectNode url = made.putObject("image_url").put("url", MediaSource.urlOf(image.source()));
        if (image.detail() != null) {
          url.put("detail", image.detail());
        }
        yield marked(made, image.cacheControl());
      }
      case Part.Document document -> marked(document(document), document.cacheControl());
      case Part.Audio audio -> {
        ObjectNode made = typed("input_audio");
        made.putObject("input_audio")
            .put("data", audio.source() instanceof Source.Data data ? data.base64() : "")
            .put("format", formatOf(audio));
        yield made;
      }
      case Part.Video video -> {
        ObjectNode made = typed("video_url");
        made.putObject("video_url").put("url", MediaSource.urlOf(video.source()));
        yield made;
      }
      case Part.Refusal refusal -> typed("refusal").put("refusal", refusal.text());
      case Part.Foreign foreign ->
          foreign.dialect() == Dialect.OPENAI && foreign.json() instanceof ObjectNode own
              ? own
              : null;
      case Part.ToolCall _, Part.ToolResult _, Part.Thinking _, Part.RedactedThinking _ -> null;
    };
  }

  private static ObjectNode typed(String type) {
    return JsonTree.object().put("type", type);
  }

  static ObjectNode marked(ObjectNode part, @Nullable JsonNode cacheControl) {
    if (cacheControl != null) {
      part.set("cache_control", cacheControl);
    }
    return part;
  }

  private static ObjectNode document(Part.Document document) {
    if (document.source() instanceof Source.Plain plain) {
      return typed("text").put("text", plain.text());
    }
    ObjectNode made = typed("file");
    ObjectNode file = made.putObject("file");
    switch (document.source()) {
      case Source.File uploaded -> file.put("file_id", uploaded.id());
      case Source.Data _, Source.Url _, Source.Plain _ ->
          file.put("file_data", MediaSource.urlOf(document.source()));
    }
    if (document.name() != null) {
      file.put("filename", document.name());
    }
    return made;
  }

  private static String formatOf(Part.Audio audio) {
    if (audio.format() != null) {
      return audio.format();
    }
    String type = audio.source() instanceof Source.Data data ? data.mediaType() : "audio/wav";
    String format = type.substring(type.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    return format.equals("mpeg") ? "mp3" : format;
  }
}
