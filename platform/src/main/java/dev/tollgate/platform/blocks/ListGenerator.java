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
      "You make JSON arrays of strings from what the user asks for. Put the array under the key"
          + " 'list'. It may hold strings only, as in [\"one\", \"two\", \"three\"].";

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
      keys.put("reasoning", "... (optional)");
    }
    keys.put(KEY, "A JSON array with the strings");
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
      String wish = hasFocus ? wish(focus) : "List whatever you like.";
      return wish + "\n\nInvent the items.";
    }
    String wish =
        hasFocus
            ? wish(focus)
            : "List what the data below is mainly about: its subject, not its frame or its links.";
    return wish
        + "\n\nTake the items from this data, and add none that is not in it:\n<source_data>\n"
        + sourceData
        + "\n</source_data>";
  }

  private static String wish(@Nullable String focus) {
    return "Make a list of:\n<focus>\n" + focus + "\n</focus>";
  }
}
