package dev.tollgate.wire.gemini;

import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.wire.json.Fields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** How much to think: an effort in words, a budget of tokens, or a level. */
final class ThinkingConfig {
  private static final String BUDGET = "thinkingBudget";
  private static final String LEVEL = "thinkingLevel";
  private static final String SHOWN = "includeThoughts";

  /** LiteLLM's budgets for OpenAI's words. */
  private static final long LOW = 1024;

  private static final long MEDIUM = 2048;
  private static final long HIGH = 4096;

  /** The least that the large model of the second generation can be held to. */
  private static final long LEAST_OF_PRO = 128;

  private static final long LEAST_OF_LITE = 512;
  private static final long AS_MUCH_AS_IT_LIKES = -1;

  private ThinkingConfig() {}

  /**
   * The provider's words; null where nothing is to be said.
   *
   * @throws dev.tollgate.model.FailureException if the effort is no word that is known
   */
  static @Nullable ObjectNode write(@Nullable Reasoning asked, Generation generation) {
    if (asked == null) {
      return null;
    }
    ObjectNode config = Nodes.object();
    Long budget = asked.budgetTokens();
    if (budget != null) {
      writeBudget(config, budget, generation);
    } else if (asked.effort() != null) {
      writeEffort(config, asked.effort(), generation);
    } else if (asked.adaptive()) {
      config.put(SHOWN, true);
      if (!generation.thinksInLevels()) {
        config.put(BUDGET, AS_MUCH_AS_IT_LIKES);
      }
    }
    if (asked.shown() != null) {
      config.put(SHOWN, asked.shown().booleanValue());
    }
    return config.isEmpty() ? null : config;
  }

  private static void writeBudget(ObjectNode config, long budget, Generation generation) {
    config.put(SHOWN, budget != 0);
    boolean cannotStop = generation.major() == 2 && !generation.flash();
    config.put(BUDGET, budget == 0 && cannotStop ? LEAST_OF_PRO : budget);
  }

  private static void writeEffort(ObjectNode config, String effort, Generation generation) {
    boolean none = false;
    String word = effort.toLowerCase(Locale.ROOT);
    switch (word) {
      case "none", "disable" -> {
        none = true;
        least(config, generation, true);
      }
      case "minimal" -> least(config, generation, false);
      case "low" -> write(config, generation, "low", LOW);
      case "medium" ->
          write(config, generation, generation.hasMediumLevel() ? "medium" : "high", MEDIUM);
      case "high", "xhigh", "max" -> write(config, generation, "high", HIGH);
      default -> throw Fields.bad("reasoning_effort", "none, minimal, low, medium, high or xhigh");
    }
    config.put(SHOWN, !none);
  }

  private static void least(ObjectNode config, Generation generation, boolean none) {
    long budget =
        none ? 0 : generation.lite() ? LEAST_OF_LITE : generation.flash() ? 1 : LEAST_OF_PRO;
    write(config, generation, generation.flash() ? "minimal" : "low", budget);
  }

  private static void write(ObjectNode config, Generation generation, String level, long budget) {
    if (generation.thinksInLevels()) {
      config.put(LEVEL, level);
    } else {
      config.put(BUDGET, budget);
    }
  }

  /** Reads a client's words. */
  static Reasoning read(Fields config) {
    Long budget = config.whole(Nodes.spelt(config, BUDGET));
    String level = config.text(Nodes.spelt(config, LEVEL));
    Boolean shown = config.flag(Nodes.spelt(config, SHOWN));
    boolean free = budget != null && budget < 0;
    return new Reasoning(
        level == null ? null : level.toLowerCase(Locale.ROOT),
        free ? null : budget,
        free,
        null,
        shown);
  }
}
