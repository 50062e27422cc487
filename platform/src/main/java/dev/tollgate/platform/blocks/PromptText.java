package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user writes, with placeholders. Immutable.
 *
 * @param prompt the user's turn, "" for none
 * @param sysPrompt the system turn, "" for none
 * @param promptValues fills every {@code {{name}}} in both; if it is empty, nothing is filled
 */
public record PromptText(String prompt, String sysPrompt, Map<String, String> promptValues) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([A-Za-z_]\\w*)\\s*}}");

  public PromptText {
    promptValues = Map.copyOf(promptValues);
  }

  /** A user's turn alone. */
  public static PromptText of(String prompt) {
    return new PromptText(prompt, "", Map.of());
  }

  /**
   * Both texts with their placeholders filled.
   *
   * @throws BadInputException if there are values, but none for a placeholder: the platform sends a
   *     blank in its place, which nobody notices
   */
  PromptText filled() {
    if (promptValues.isEmpty()) {
      return this;
    }
    return new PromptText(fill("prompt", prompt), fill("sysPrompt", sysPrompt), Map.of());
  }

  private String fill(String field, String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(field, found.group(1))));
  }

  private String value(String field, String name) {
    String value = promptValues.get(name);
    if (value == null) {
      throw new BadInputException(
          field, "the placeholder {{" + name + "}}", "a value for it in promptValues");
    }
    return value;
  }
}
