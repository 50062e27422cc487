package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Has a model decide whether a condition in plain words holds for a value. Immutable. */
public final class Condition {
  /** Enough for a word. A model that reasons first answers nothing with it; see {@code error}. */
  private static final int MAX_TOKENS = 10;

  private static final int SHOWN_CHARS_MAX = 200;
  private static final Pattern WORD = Pattern.compile("\\b(true|false|yes|no|1|0)\\b");
  private static final Set<String> YES = Set.of("true", "yes", "1");

  private static final String SYSTEM =
      "The user names a value and a condition. Reply true if the value fulfils the condition,"
          + " else false: a single lower-case word.";

  private final LlmBlock block;

  public Condition(LlmBlock block) {
    this.block = block;
  }

  /**
   * Asks once, with at most 10 tokens for the answer.
   *
   * @throws BadInputException if the condition is blank
   * @throws RuntimeException the call's, as they are
   */
  public ConditionResponse evaluate(LlmModel model, String value, String condition) {
    if (condition.isBlank()) {
      throw new BadInputException("condition", "a blank text", "a condition in plain words");
    }
    List<ObjectNode> prompt =
        List.of(
            Messages.system(SYSTEM),
            Messages.user("The value:\n" + value + "\n\nThe condition:\n" + condition));
    LlmResponse answer = block.llmCall(LlmRequest.of(model, prompt).withMaxTokens(MAX_TOKENS));
    ExecutionStats stats = ExecutionStats.NONE.plusTokensOf(answer).plusSuccess(1);
    return read(answer, stats);
  }

  private static ConditionResponse read(LlmResponse answer, ExecutionStats stats) {
    String text = answer.response();
    Set<String> words =
        WORD.matcher(text.toLowerCase(Locale.ROOT))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    // "true or false" says nothing; "true, yes" neither, as on the platform.
    if (words.size() == 1) {
      return new ConditionResponse(YES.containsAll(words), null, answer.prompt(), stats);
    }
    String shown = text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX);
    String error = "the model said neither yes nor no: '" + shown + "'";
    return new ConditionResponse(false, error, answer.prompt(), stats);
  }
}
