package dev.tollgate.platform.blocks;

/** What the model is told about the format, and about an answer that misses it. */
final class FormatPrompts {
  private FormatPrompts() {}

  static String instructions(OutputFormat format, OutputTag tag) {
    String shape = shape(format);
    StringBuilder text = new StringBuilder();
    text.append("Your answer has to hold a valid JSON ").append(format.outerKind());
    text.append(" of exactly this form:\n");
    text.append(format.forceJsonOutput() ? shape : tag.around("\n" + shape + "\n"));
    text.append("\n\nEvery key is required. Where you have no value, put an empty string.");
    if (!format.forceJsonOutput()) {
      text.append("\n\nWrite exactly one ").append(tag.around("…"));
      text.append(" block, whatever other tags are mentioned elsewhere, with the JSON ");
      text.append(format.outerKind()).append(" and nothing else inside.");
      text.append(" You may write other text before and after it.");
    }
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
    return "{\n  \"reasoning\": \"... (optional)\",\n  \"results\": " + indented(list) + "\n}";
  }

  private static String indented(String text) {
    return text.replace("\n", "\n  ");
  }

  static String feedback(String fault, boolean parsed, OutputFormat format, OutputTag tag) {
    String kind = format.outerKind();
    String complaint =
        parsed
            ? "Your last answer is not of the expected " + kind + " form."
            : "Your last answer holds no JSON " + kind + " that can be parsed.";
    String wish =
        format.forceJsonOutput()
            ? "Please answer with a valid JSON " + kind + " of the expected form."
            : "Please answer with a "
                + tag.around("…")
                + " block that holds a valid JSON "
                + kind
                + " of the expected form.";
    return complaint + "\n\n" + fault + "\n\n" + wish;
  }
}
