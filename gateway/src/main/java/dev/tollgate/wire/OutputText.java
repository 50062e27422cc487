package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import java.io.ByteArrayOutputStream;

/** Gathers what a model generated, for counting tokens where its provider does not. */
final class OutputText {
  static final byte[] NONE = {};
  private static final int BYTES_MAX = 4 << 20;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  static byte[] of(Reply reply) {
    OutputText gathered = new OutputText();
    for (Reply.Choice choice : reply.choices()) {
      for (Part part : choice.parts()) {
        gathered.add(part);
      }
    }
    return gathered.bytes();
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

  /** Adds text as far as there is room. */
  void add(String more) {
    if (text.size() < BYTES_MAX) {
      byte[] bytes = more.getBytes(UTF_8);
      text.write(bytes, 0, Math.min(bytes.length, BYTES_MAX - text.size()));
    }
  }

  byte[] bytes() {
    return text.toByteArray();
  }
}
