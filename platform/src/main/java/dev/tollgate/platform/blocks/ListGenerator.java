package dev.tollgate.platform.blocks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks for a list of texts, from given data or invented. Immutable. */
public final class ListGenerator {
  private static final String KEY = "list";
  private static final String SYSTEM =
      "You are the part of a program that turns a wish into a list. The value of \"list\" is a JSON"
          + " array, and each of its items is a string: [\"red\", \"green\"].";

  private final StructuredResponseGenerator generator;

  public ListGenerator(LlmBlock block) {
    this(new StructuredResponseGenerator(block));
  }

  ListGenerator(StructuredResponseGenerator generator) {
    this.generator = generator;
  }

  /**
   * Makes the list.
   *
   * @param focus what to list, or null to find it in the data or to invent it
   * @param sourceData what to take the items from, or null to invent them
   * @param forceJsonOutput pure-JSON mode instead of a tagged block
   * @throws GenerationFailedException if every attempt failed or what came was no list
   */
  public ListResponse generate(
      GenerationOptions options,
      @Nullable String focus,
      @Nullable String sourceData,
      boolean forceJsonOutput) {
    Map<String, String> keys = new LinkedHashMap<>();
    if (forceJsonOutput) {
      // Without any room to think, JSON mode gives worse lists.
      keys.put("reasoning", "what led you there; may be empty");
    }
    keys.put(KEY, "the array of strings");
    StructuredResponse answer =
        generator.generate(
            options,
            new PromptText(prompt(focus, sourceData), SYSTEM, Map.of()),
            new OutputFormat(keys, false, forceJsonOutput));
    JsonNode list = answer.response().path(KEY);
    if (!list.isArray()) {
      throw new GenerationFailedException(
          "list: found " + Json.kind(list) + ", expected an array",
          answer.stats(),
          answer.prompt(),
          null);
    }
    List<String> items =
        list.valueStream().map(i -> i.isString() ? i.stringValue() : i.toString()).toList();
    return new ListResponse(items, answer.prompt(), answer.stats());
  }

  private static String prompt(@Nullable String focus, @Nullable String sourceData) {
    boolean hasFocus = focus != null && !focus.isEmpty();
    if (sourceData == null || sourceData.isEmpty()) {
      String wish = hasFocus ? wish(focus) : "Choose a subject of your own.";
      return wish + "\n\nThere is no source: make the items up.";
    }
    String wish =
        hasFocus
            ? wish(focus)
            : "Make a list of the things that the source below deals with, and not of what surrounds them.";
    return wish
        + "\n\nEvery item has to come from this source:\n<source>\n"
        + sourceData
        + "\n</source>";
  }

  private static String wish(@Nullable String focus) {
    return "Make a list of:\n<focus>\n" + focus + "\n</focus>";
  }
}
