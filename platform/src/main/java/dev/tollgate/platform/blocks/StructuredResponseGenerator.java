package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks for JSON of a given form until it comes or the attempts are used up. Immutable.
 *
 * <p>An answer of another form is put into the conversation together with what is wrong with it. A
 * call that fails uses up an attempt without a word to the model; if it failed because the prompt
 * and the answer together are too long, the next one asks for 85 % of the tokens.
 */
public final class StructuredResponseGenerator {
  private static final int MAX_TOKENS_IF_UNKNOWN = 4096;
  private static final int SHRINK_PERCENT = 85;

  private final LlmBlock block;
  private final Supplier<String> tagIds;

  public StructuredResponseGenerator(LlmBlock block) {
    this(block, OutputTag::randomId);
  }

  StructuredResponseGenerator(LlmBlock block, Supplier<String> tagIds) {
    this.block = block;
    this.tagIds = tagIds;
  }

  /**
   * Sends the history, the system prompt, the format's instructions and the user's prompt.
   *
   * @throws BadInputException if there is nothing to send or an input is bad
   * @throws GenerationFailedException if no attempt brought an answer of the expected form
   */
  public StructuredResponse generate(
      GenerationOptions options, PromptText text, OutputFormat format, List<ObjectNode> history) {
    OutputTag tag = new OutputTag(tagIds.get());
    Run run = new Run(options, format, tag, messages(text.filled(), format, tag, history));
    for (int attempt = 1; attempt <= options.retry(); attempt++) {
      StructuredResponse response = run.attempt(attempt);
      if (response != null) {
        return response;
      }
    }
    throw new GenerationFailedException(run.lastError, run.stats, run.prompt, run.lastCause);
  }

  /** Without a history. */
  public StructuredResponse generate(
      GenerationOptions options, PromptText text, OutputFormat format) {
    return generate(options, text, format, List.of());
  }

  private static List<ObjectNode> messages(
      PromptText text, OutputFormat format, OutputTag tag, List<ObjectNode> history) {
    List<ObjectNode> messages = Messages.copyOf(history);
    if (!text.sysPrompt().isEmpty()) {
      messages.add(Messages.system(text.sysPrompt()));
    }
    if (!format.isNone()) {
      messages.add(Messages.system(FormatPrompts.instructions(format, tag)));
    }
    if (!text.prompt().isEmpty()) {
      messages.add(Messages.user(text.prompt()));
    }
    return messages;
  }

  static boolean isTooLong(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("maximum context length") || message.contains("token limit");
  }

  /** The state of one {@code generate}. */
  private final class Run {
    private final OutputFormat format;
    private final AnswerParser parser;
    private final List<ObjectNode> prompt;
    private GenerationOptions options;
    private ExecutionStats stats = ExecutionStats.NONE;
    private String lastError = "";
    private @Nullable RuntimeException lastCause;

    Run(GenerationOptions options, OutputFormat format, OutputTag tag, List<ObjectNode> prompt) {
      this.options = options;
      this.format = format;
      this.parser = new AnswerParser(format, tag);
      this.prompt = prompt;
    }

    /** Null if it brought nothing usable. */
    @Nullable StructuredResponse attempt(int attempt) {
      LlmResponse answer = call();
      if (answer == null) {
        return null;
      }
      stats = stats.plusTokensOf(answer);
      if (format.isNone()) {
        ObjectNode plain = Json.object();
        plain.put("response", answer.response());
        return new StructuredResponse(plain, prompt, stats.plusSuccess(attempt));
      }
      return switch (parser.parse(answer.response())) {
        case AnswerParser.Verdict.Good good ->
            new StructuredResponse(good.value(), prompt, stats.plusSuccess(attempt));
        case AnswerParser.Verdict.Bad bad -> {
          prompt.add(Messages.assistant(answer.response()));
          prompt.add(Messages.user(bad.feedback()));
          lastError = bad.feedback();
          lastCause = null;
          yield null;
        }
      };
    }

    private @Nullable LlmResponse call() {
      boolean json = format.forceJsonOutput() && !format.isNone();
      try {
        return block.llmCall(
            LlmRequest.of(options, new ArrayList<>(prompt)).withForceJsonOutput(json));
      } catch (BadInputException e) {
        // The caller's fault: the next attempt would meet the same.
        throw e;
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (isTooLong(e)) {
          options = options.withMaxTokens(shrunk());
        }
        lastError = "the call failed: " + e.getMessage();
        lastCause = e;
        return null;
      }
    }

    private int shrunk() {
      Integer wanted = options.maxTokens();
      Integer longest = options.model().maxOutputTokens();
      int tokens = longest == null ? MAX_TOKENS_IF_UNKNOWN : longest;
      if (wanted != null) {
        tokens = wanted;
      }
      return Math.max(1, (int) ((long) tokens * SHRINK_PERCENT / 100));
    }
  }
}
