package dev.tollgate.platform.cli;

import dev.tollgate.platform.codex.CodexBlock;
import dev.tollgate.platform.codex.CodexCallResult;
import dev.tollgate.platform.codex.CodexCallResult.Ending;
import dev.tollgate.platform.codex.CodexStats;
import dev.tollgate.platform.codex.ReasoningEffort;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code codex}: one call of the Codex block. */
final class CodexCommand implements Command {
  private static final Flag MODEL =
      Flag.valued("model", "MODEL", "The gateway's name of the model.").fallback(CodexBlock.MODEL);
  private static final Flag EFFORT =
      Flag.valued("effort", "EFFORT", "How long it thinks: none, low, medium or high.")
          .fallback(ReasoningEffort.MEDIUM.wireName());
  private static final Flag TOKENS =
      Flag.valued(
              "max-output-tokens",
              "N",
              "Cap on the answer in tokens, thinking included; none leaves it to the model.")
          .fallback(CodexBlock.OUTPUT_TOKENS_USUAL);
  private static final Flag SYSTEM =
      Flag.valued(
          "system-prompt", "TEXT", "Replaces the usual instructions; an empty text sends none.");

  private static final Grammar GRAMMAR =
      new Grammar(
          "codex",
          "PROMPT",
          """
          Have code written, by one call of /responses.

          Prints the answer's text. PROMPT - is the standard input. An answer that was cut off is
          printed as far as it came, and the status is 1.
          Uses OPENAI_BASE_URL and OPENAI_API_KEY.""",
          MODEL,
          EFFORT,
          TOKENS,
          SYSTEM,
          Loading.TIMEOUT,
          Loading.ENV_FILE,
          Loading.STRICT,
          Flag.JSON);

  @Override
  public Grammar grammar() {
    return GRAMMAR;
  }

  @Override
  public int run(Arguments given, Shell shell) throws IOException {
    var effort = effort(given.text(EFFORT));
    var tokens = tokens(given);
    var system = given.textIfAny(SYSTEM);
    var prompt = shell.text(given.operands(1, 1).getFirst());
    var block = new CodexBlock(Loading.clients(given, shell).requireBlockClient());
    var result =
        block.callCodex(
            prompt,
            system == null ? CodexBlock.SYSTEM_PROMPT : system,
            given.text(MODEL),
            effort,
            tokens);
    boolean whole = result.ending() instanceof Ending.Completed;
    if (given.has(Flag.JSON)) {
      shell.out().println(json(result, block.stats(), whole));
    } else if (!result.response().isEmpty()) {
      shell.out().println(result.response());
    }
    if (!whole) {
      shell.out().flush();
      shell.err().println(Main.PROGRAM + " codex: " + trouble(result.ending()));
    }
    return whole ? 0 : 1;
  }

  private static ReasoningEffort effort(String text) {
    return Arrays.stream(ReasoningEffort.values())
        .filter(effort -> effort.wireName().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    EFFORT.dashed()
                        + ": found '"
                        + text
                        + "', expected none, low, medium or high"));
  }

  private static @Nullable Integer tokens(Arguments given) {
    return given.text(TOKENS).equals("none")
        ? null
        : Integer.valueOf(given.number(TOKENS, 1, 10_000_000));
  }

  private static String trouble(Ending ending) {
    return switch (ending) {
      case Ending.Completed() -> "the answer is whole";
      case Ending.Incomplete(var reason) when reason.equals("max_output_tokens") ->
          "the answer is incomplete: the cap on output tokens was reached; give a larger "
              + TOKENS.dashed()
              + " or a lower "
              + EFFORT.dashed();
      case Ending.Incomplete(var reason) ->
          "the answer is incomplete: " + (reason.isEmpty() ? "no reason was given" : reason);
      case Ending.Stopped(var status, var message) ->
          "there is no answer: " + status + (message.isEmpty() ? "" : ": " + message);
    };
  }

  private static ObjectNode json(CodexCallResult result, CodexStats stats, boolean whole) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", whole);
    object.put("response", result.response());
    object.put("reasoning", result.reasoning());
    object.put("response_id", result.responseId());
    var summaries = object.putArray("summaries");
    result.summaries().forEach(summaries::add);
    switch (result.ending()) {
      case Ending.Completed() -> object.put("status", "completed");
      case Ending.Incomplete(var reason) ->
          object.put("status", "incomplete").put("reason", reason);
      case Ending.Stopped(var status, var message) ->
          object.put("status", status).put("reason", message);
    }
    object.put("input_tokens", stats.inputTokens());
    object.put("output_tokens", stats.outputTokens());
    return object;
  }
}
