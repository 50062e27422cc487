package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets a model choose among tools: once, for the caller to run them, or in a loop that runs them
 * until the model wants no more. Immutable.
 *
 * <p>Calls with bad JSON, an unknown tool, or unknown or missing parameters are never run: the
 * model is told what is wrong and asked again, as often as the options' {@code retry} allows.
 */
public final class SmartDecisionMaker {
  private static final int ITERATIONS_MAX = 100;

  private final LlmBlock block;

  public SmartDecisionMaker(LlmBlock block) {
    this.block = block;
  }

  /**
   * Asks for one decision.
   *
   * @throws GenerationFailedException if every attempt brought faulty calls
   * @throws RuntimeException the call's, as they are
   */
  public Decision decide(GenerationOptions options, DecisionRequest request) {
    return decide(options, request, request.messages(), ExecutionStats.NONE);
  }

  /**
   * Asks, runs the tools and asks again.
   *
   * @param maxIterations calls of the model without retries, 1 to 100; in the last it is told to
   *     come to an end
   * @throws BadInputException if {@code maxIterations} is out of its range
   * @throws GenerationFailedException if a call fails or every attempt brought faulty calls; its
   *     stats cover the whole loop
   */
  public AgentResponse run(
      GenerationOptions options, DecisionRequest request, ToolRunner runner, int maxIterations) {
    if (maxIterations < 1 || maxIterations > ITERATIONS_MAX) {
      throw new BadInputException(
          "maxIterations", String.valueOf(maxIterations), "1 to " + ITERATIONS_MAX);
    }
    List<ObjectNode> conversation = request.messages();
    ExecutionStats stats = ExecutionStats.NONE;
    for (int iteration = 1; iteration <= maxIterations; iteration++) {
      List<ObjectNode> prompt = new ArrayList<>(conversation);
      if (iteration == maxIterations) {
        prompt.add(lastIteration(maxIterations));
      }
      Decision decision = step(options, request, prompt, stats, iteration);
      stats = decision.stats();
      conversation.add(decision.conversation().getLast());
      switch (decision) {
        case Decision.Finished finished -> {
          return new AgentResponse(finished.response(), false, conversation, stats);
        }
        case Decision.ToolsWanted wanted ->
            conversation = ToolResults.append(conversation, results(wanted.calls(), runner));
      }
    }
    String stopped = "Stopped after " + maxIterations + " turns, with tool calls still wanted";
    return new AgentResponse(stopped, true, conversation, stats);
  }

  private Decision step(
      GenerationOptions options,
      DecisionRequest request,
      List<ObjectNode> prompt,
      ExecutionStats before,
      int iteration) {
    try {
      return decide(options, request, prompt, before);
    } catch (BadInputException e) {
      throw e;
    } catch (RuntimeException e) {
      ExecutionStats stats =
          e instanceof GenerationFailedException failed ? failed.stats() : before;
      throw new GenerationFailedException(
          "the call of turn " + iteration + " failed: " + e.getMessage(), stats, prompt, e);
    }
  }

  private Decision decide(
      GenerationOptions options,
      DecisionRequest request,
      List<ObjectNode> prompt,
      ExecutionStats before) {
    List<ObjectNode> current = new ArrayList<>(prompt);
    ExecutionStats stats = before;
    String faults = "";
    for (int attempt = 1; attempt <= options.retry(); attempt++) {
      LlmResponse answer = block.llmCall(call(options, request, current));
      stats = stats.plusTokensOf(answer);
      ToolCallCheck check = ToolCallCheck.of(answer.toolCalls(), request.tools());
      if (check.faults().isEmpty()) {
        return decision(answer, check.calls(), prompt, stats.plusSuccess(attempt));
      }
      faults = String.join("; ", check.faults());
      // As a user's turn, without the faulty message: its calls have no results, and providers
      // refuse a conversation with such calls.
      current.add(Messages.user(feedback(faults)));
    }
    throw new GenerationFailedException(faults, stats, current, null);
  }

  private static LlmRequest call(
      GenerationOptions options, DecisionRequest request, List<ObjectNode> prompt) {
    LlmRequest plain = LlmRequest.of(options, prompt);
    // OpenAI refuses the flag without tools.
    return request.tools().isEmpty()
        ? plain
        : plain.withTools(request.tools(), request.multipleToolCalls());
  }

  private static Decision decision(
      LlmResponse answer, List<CheckedCall> calls, List<ObjectNode> prompt, ExecutionStats stats) {
    List<ObjectNode> conversation = new ArrayList<>(prompt);
    conversation.add(answer.rawResponse());
    return calls.isEmpty()
        ? new Decision.Finished(answer.response(), conversation, stats)
        : new Decision.ToolsWanted(calls, conversation, stats);
  }

  private static Map<String, String> results(List<CheckedCall> calls, ToolRunner runner) {
    Map<String, String> results = new LinkedHashMap<>();
    for (CheckedCall call : calls) {
      results.put(call.call().id(), result(call, runner));
    }
    return results;
  }

  private static String result(CheckedCall call, ToolRunner runner) {
    try {
      return runner.run(call);
    } catch (RuntimeException e) {
      // The model can often do without, or try it another way.
      return "The tool broke: " + e.getMessage();
    }
  }

  private static String feedback(String faults) {
    return "Nothing was run, because of this:\n"
        + faults
        + "\n\nThe schemas of the tools say what is possible. Decide anew.";
  }

  private static ObjectNode lastIteration(int maxIterations) {
    return Messages.system(
        Messages.MAIN_OBJECTIVE_PREFIX
            + "After this answer (turn "
            + maxIterations
            + " of "
            + maxIterations
            + ") nobody runs tools any more, so give your result now, and name what it lacks.");
  }
}
