package dev.tollgate.wire.responses;

import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.MediaSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes the parts of a Responses request's messages. */
final class InputParts {
  private InputParts() {}

  /**
   * A part as a request has it.
   *
   * @param model whether the model said it
   * @return null if this dialect has no word for it
   */
  static @Nullable ObjectNode of(Part part, boolean model) {
    return switch (part) {
      case Part.Text text -> typed(model ? "output_text" : "input_text").put("text", text.text());
      case Part.Refusal refusal -> typed("refusal").put("refusal", refusal.text());
      case Part.Image image -> {
        ObjectNode made = typed("input_image");
        if (image.source() instanceof Source.File file) {
          made.put("file_id", file.id());
        } else {
          made.put("image_url", MediaSource.urlOf(image.source()));
        }
        yield image.detail() == null ? made : made.put("detail", image.detail());
      }
      case Part.Document document -> document(document);
      case Part.Audio audio -> {
        ObjectNode made = typed("input_audio");
        made.putObject("input_audio")
            .put("data", audio.source() instanceof Source.Data data ? data.base64() : "")
            .put("format", audio.format() == null ? "wav" : audio.format());
        yield made;
      }
      case Part.Video _,
          Part.ToolCall _,
          Part.ToolResult _,
          Part.Thinking _,
          Part.RedactedThinking _,
          Part.Foreign _ ->
          null;
    };
  }

  private static ObjectNode document(Part.Document document) {
    ObjectNode made =
        switch (document.source()) {
          case Source.Plain plain -> typed("input_text").put("text", plain.text());
          case Source.File file -> typed("input_file").put("file_id", file.id());
          case Source.Url url -> typed("input_file").put("file_url", url.url());
          case Source.Data data ->
              typed("input_file")
                  .put("filename", document.name() == null ? "file" : document.name())
                  .put("file_data", MediaSource.urlOf(data));
        };
    return made;
  }

  private static ObjectNode typed(String type) {
    return JsonTree.object().put("type", type);
  }
}
