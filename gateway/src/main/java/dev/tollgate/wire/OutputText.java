package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import java.io.ByteArrayOutputStream;

/** Samples what a model generated, for counting tokens where its provider does not. */
final class OutputText {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private long bytes;

  static TextSample of(Reply reply) {
    OutputText gathered = new OutputText();
    for (Reply.Choice choice : reply.choices()) {
      for (Part part : choice.parts()) {
        gathered.add(part);
      }
    }
    return gathered.sample();
  }

  void add(Part part) {
    switch (part) {
      case Part.Text said -> add(said.text());
      case Part.Thinking thought -> add(thought.text());
      case Part.Refusal refusal -> add(refusal.text());
      case Part.ToolCall call -> {
        add(call.name());
        add(call.arguments());
      }
      case Part.Image _,
          Part.Document _,
          Part.Audio _,
          Part.Video _,
          Part.ToolResult _,
          Part.RedactedThinking _,
          Part.Foreign _ -> {
        // no text of the model's
      }
    }
  }

  /** Keeps of a text what there is room for. */
  void add(String more) {
    byte[] utf8 = more.getBytes(UTF_8);
    int room = TextSample.BYTES_MAX - text.size();
    text.write(utf8, 0, Math.min(utf8.length, room));
    bytes += utf8.length;
  }

  TextSample sample() {
    return new TextSample(text.toByteArray(), bytes);
  }
}
