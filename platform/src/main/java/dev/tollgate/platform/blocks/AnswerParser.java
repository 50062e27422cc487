package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Finds the JSON in a model's text and checks that it has the expected form. */
final class AnswerParser {
  private static final int SHOWN_CHARS_MAX = 500;

  private final OutputFormat format;
  private final OutputTag tag;

  AnswerParser(OutputFormat format, OutputTag tag) {
    this.format = format;
    this.tag = tag;
  }

  /** Either the value asked for or what is wrong with the text. */
  sealed interface Verdict {
    /** The object, or the list of objects. */
    record Good(JsonNode value) implements Verdict {}

    /** The feedback to give to the model. */
    record Bad(String feedback) implements Verdict {}
  }

  Verdict parse(String text) {
    JsonNode found;
    try {
      found = format.forceJsonOutput() ? pure(text) : tagged(text);
    } catch (NotJson e) {
      return bad(e.fault(), false);
    }
    return format.listResult() ? list(found) : object(found);
  }

  private JsonNode pure(String text) throws NotJson {
    try {
      return Json.parse(text);
    } catch (NotJson first) {
      // A model may put fences around its JSON; if that is not it, the first error tells more.
      int start = text.indexOf('{');
      int end = text.lastIndexOf('}');
      if (start < 0 || end < start) {
        throw first;
      }
      try {
        return Json.parse(text.substring(start, end + 1));
      } catch (NotJson _) {
        throw first;
      }
    }
  }

  private JsonNode tagged(String text) throws NotJson {
    int start = text.indexOf(tag.start());
    if (start < 0) {
      throw new NotJson("there is no " + tag.around("…") + " in the answer.");
    }
    String rest = text.substring(start + tag.start().length());
    int end = rest.lastIndexOf(tag.end());
    return Json.parse((end < 0 ? rest : rest.substring(0, end)).strip());
  }

  private Verdict object(JsonNode found) {
    String fault = fault(found);
    return fault.isEmpty() ? new Verdict.Good(found) : bad(fault, true);
  }

  private Verdict list(JsonNode found) {
    JsonNode items = found.isObject() ? found.path("results") : found;
    if (!items.isArray()) {
      return new Verdict.Bad(
          "What is needed is a list of objects"
              + (format.forceJsonOutput() ? ", as the value of \"results\"" : "")
              + ". What came is "
              + shown(found));
    }
    List<String> faults = new ArrayList<>();
    for (JsonNode item : items) {
      String fault = fault(item);
      if (!fault.isEmpty()) {
        faults.add(fault);
      }
    }
    return faults.isEmpty() ? new Verdict.Good(items) : bad(String.join("\n", faults), true);
  }

  /** What keeps this from being one of the objects, "" if nothing does. */
  private String fault(JsonNode item) {
    if (!item.isObject()) {
      return Json.kind(item) + " stands where an object belongs.";
    }
    Set<String> missing = new LinkedHashSet<>(format.expectedFormat().keySet());
    missing.removeIf(item::has);
    return missing.isEmpty() ? "" : "an object is without the keys " + missing + ".";
  }

  private Verdict bad(String fault, boolean parsed) {
    return new Verdict.Bad(FormatPrompts.feedback(fault, parsed, format, tag));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "…";
  }
}
