package dev.tollgate.platform.blocks;

/** What the model is told about the format, and about an answer that misses it. */
final class FormatPrompts {
  private FormatPrompts() {}

  static String instructions(OutputFormat format, OutputTag tag) {
    String kind = "JSON " + format.outerKind();
    StringBuilder text = new StringBuilder();
    if (format.forceJsonOutput()) {
      text.append("A program reads the whole of your answer as one ").append(kind).append(".");
    } else {
      text.append("A program takes one ").append(kind).append(" out of your answer: what stands");
      text.append(" inside ").append(tag.around("…")).append(".");
      text.append(" Write that block once, with this very id, and only JSON inside; around it you");
      text.append(" are free to explain. Other tags in this conversation are not meant for you.");
    }
    text.append("\n\nThe keys, and in place of each value what it means:\n\n");
    text.append(format.forceJsonOutput() ? shape(format) : tag.around("\n" + shape(format) + "\n"));
    text.append("\n\nLeave no key out; a value that you do not know is \"\".");
    return text.toString();
  }

  private static String shape(OutputFormat format) {
    String object = Json.pretty(format.asJson());
    if (!format.listResult()) {
      return object;
    }
    String list = "[\n  " + indented(object) + ",\n  ...\n]";
    if (!format.forceJsonOutput()) {
      return list;
    }
    return "{\n  \"reasoning\": \"what led you there; may be left out\",\n  \"results\": "
        + indented(list)
        + "\n}";
  }

  private static String indented(String text) {
    return text.replace("\n", "\n  ");
  }

  static String feedback(String fault, boolean parsed, OutputFormat format, OutputTag tag) {
    String kind = "JSON " + format.outerKind();
    String found =
        parsed
            ? "The program could read the JSON, but not use it:"
            : "The program found no " + kind + " that it could read:";
    String wish =
        format.forceJsonOutput()
            ? "Answer once more, with nothing but the " + kind + "."
            : "Answer once more, with the " + kind + " inside " + tag.around("…") + ".";
    return found + " " + fault + "\n\n" + wish;
  }
}
