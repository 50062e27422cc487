package dev.tollgate.wire;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Answers to test with, made from a seed. */
final class Replies {
  private static final String[] WORDS = {
    "a", "é", "\"", "\\", "\n", "data: ", "漢", "😀", "{}", " "
  };

  private Replies() {}

  /** One choice of thoughts, text and calls, with usage. */
  static Reply random(Random random, boolean thinks) {
    List<Part> parts = new ArrayList<>();
    if (thinks && random.nextBoolean()) {
      parts.add(new Part.Thinking(words(random), null));
    }
    if (random.nextInt(4) > 0) {
      parts.add(Part.Text.of(words(random)));
    }
    int calls = random.nextInt(3);
    for (int i = 0; i < calls; i++) {
      parts.add(Part.ToolCall.of("call_" + i, "tool" + i, "{\"q\":" + random.nextInt(99) + "}"));
    }
    Finish finish =
        calls > 0
            ? new Finish(Finish.Reason.TOOL_CALLS, null, "TOOL_CALL")
            : new Finish(Finish.Reason.STOP, null, "COMPLETE");
    return new Reply(
        null,
        null,
        null,
        List.of(new Reply.Choice(0, parts, finish, null)),
        Usage.of(random.nextInt(1000), random.nextInt(1000)),
        Map.of());
  }

  static String words(Random random) {
    StringBuilder words = new StringBuilder("w");
    for (int i = random.nextInt(12); i > 0; i--) {
      words.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return words.toString();
  }

  /** The answer as a stream, each part in two pieces. */
  static void events(Reply reply, Consumer<Event> out) {
    out.accept(new Event.Started(reply.id(), null, null, Map.of()));
    Reply.Choice choice = reply.choices().getFirst();
    int index = 0;
    for (Part part : choice.parts()) {
      switch (part) {
        case Part.Text text -> grow(index, Part.Text.of(""), Growth.TEXT, text.text(), out);
        case Part.Thinking thought ->
            grow(index, new Part.Thinking("", null), Growth.THINKING, thought.text(), out);
        case Part.ToolCall call ->
            grow(
                index,
                Part.ToolCall.of(call.id(), call.name(), ""),
                Growth.ARGUMENTS,
                call.arguments(),
                out);
        default -> throw new AssertionError("not in these answers: " + part);
      }
      index++;
    }
    Finish finish = choice.finish();
    if (finish != null) {
      out.accept(new Event.Finished(0, finish));
    }
    Usage usage = reply.usage();
    if (usage != null) {
      out.accept(new Event.Metered(usage));
    }
    out.accept(new Event.Ended());
  }

  private static void grow(int part, Part head, Growth kind, String text, Consumer<Event> out) {
    out.accept(new Event.PartStarted(0, part, head));
    int half = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
    for (String piece : List.of(text.substring(0, half), text.substring(half))) {
      if (!piece.isEmpty()) {
        out.accept(new Event.Grown(0, part, kind, piece));
      }
    }
    out.accept(new Event.PartEnded(0, part));
  }

  /** Feeds a stream in pieces of random lengths. */
  static void feed(
      Framing framing, EventReader reader, byte[] stream, Random random, Consumer<Event> out) {
    for (int at = 0; at < stream.length; ) {
      int to = Math.min(stream.length, at + 1 + random.nextInt(40));
      framing.feed(stream, at, to, (buffer, from, end) -> reader.read(buffer, from, end, out));
      at = to;
    }
    framing.end((buffer, from, end) -> reader.read(buffer, from, end, out));
    reader.end(out);
  }
}
