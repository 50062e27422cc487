package dev.tollgate.platform.cli;

import dev.tollgate.platform.blocks.GenerationOptions;
import dev.tollgate.platform.blocks.LlmBlock;
import dev.tollgate.platform.blocks.LlmModel;
import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.blocks.LlmProvider;
import dev.tollgate.platform.blocks.LlmRequest;
import dev.tollgate.platform.blocks.Messages;
import dev.tollgate.platform.blocks.OutputFormat;
import dev.tollgate.platform.blocks.PromptText;
import dev.tollgate.platform.blocks.StructuredResponseGenerator;
import dev.tollgate.platform.blocks.ToolDefinition;
import dev.tollgate.platform.client.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code llm}: one call of the LLM block, or a structured answer with its retries. */
final class LlmCommand implements Command {
  private static final Flag MODEL =
      Flag.valued("model", "MODEL", "The platform's name of the model, or the gateway's.")
          .fallback(LlmModels.byDefault().name());
  private static final Flag SYSTEM =
      Flag.valued("system-prompt", "TEXT", "Instructions before the prompt.");
  private static final Flag TOKENS =
      Flag.valued("max-tokens", "N", "Longest answer in tokens; else the model's own.");
  private static final Flag JSON_OUTPUT =
      Flag.on("json-output", "Ask for one JSON object (response_format json_object).");
  private static final Flag TOOLS =
      Flag.valued("tools", "FILE", "Offer these tools: a JSON array in OpenAI's form.");
  private static final Flag EXPECT =
      Flag.valued("expect", "KEY=MEANING", "Expect a JSON object with this key.").again();
  private static final Flag RETRY =
      Flag.valued("retry", "N", "Attempts at what --expect asks for.").fallback(3);

  private static final int CONTEXT_TOKENS_ASSUMED = 128_000;
  private static final int OUTPUT_TOKENS_ASSUMED = 4_096;
  private static final int TOOLS_BYTES_MAX = 1 << 20;

  private static final Grammar GRAMMAR =
      new Grammar(
          "llm",
          "PROMPT",
          """
          Ask a model, by one call of /chat/completions that is not streamed.

          Prints the answer's text. With --expect, prints a JSON object that has every key; an
          answer without them goes back to the model with what is wrong. With --tools, prints a
          line of JSON for each call that the model wants; none is run. PROMPT - is the standard
          input. A model that is not in the platform's table is taken for one of 128000 tokens of
          context and 4096 of answer. Uses OPENAI_BASE_URL and OPENAI_API_KEY.""",
          MODEL,
          SYSTEM,
          TOKENS,
          JSON_OUTPUT,
          EXPECT,
          RETRY,
          TOOLS,
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
    var expected = expected(given.all(EXPECT));
    if (!expected.isEmpty() && given.has(TOOLS)) {
      throw new UsageException("--expect and --tools: found both, expected one of them");
    }
    var tools = tools(given, shell);
    @Nullable Integer tokens =
        given.has(TOKENS) ? Integer.valueOf(given.number(TOKENS, 1, 10_000_000)) : null;
    var options =
        GenerationOptions.of(model(given.text(MODEL)))
            .withRetry(given.number(RETRY, 1, 20))
            .withMaxTokens(tokens);
    var prompt = shell.text(given.operands(1, 1).getFirst());
    if (prompt.isBlank()) {
      throw new UsageException("PROMPT: found nothing but blanks, expected a text");
    }
    var system = given.textIfAny(SYSTEM);
    var text = new PromptText(prompt, system == null ? "" : system, Map.of());
    var block = new LlmBlock(Loading.clients(given, shell).requireBlockClient());
    if (expected.isEmpty()) {
      call(block, options, text, tools, given, shell);
    } else {
      generate(
          block,
          options,
          text,
          new OutputFormat(expected, false, given.has(JSON_OUTPUT)),
          given,
          shell);
    }
    return 0;
  }

  private static void call(
      LlmBlock block,
      GenerationOptions options,
      PromptText text,
      List<ToolDefinition> tools,
      Arguments given,
      Shell shell) {
    var messages = new ArrayList<ObjectNode>();
    if (!text.sysPrompt().isEmpty()) {
      messages.add(Messages.system(text.sysPrompt()));
    }
    messages.add(Messages.user(text.prompt()));
    var request =
        LlmRequest.of(options.model(), messages)
            .withMaxTokens(options.maxTokens())
            .withForceJsonOutput(given.has(JSON_OUTPUT))
            .withTools(tools, null);
    var answer = block.llmCall(request);
    if (given.has(Flag.JSON)) {
      shell.out().println(LlmAnswers.json(answer));
    } else {
      shell.out().print(LlmAnswers.text(answer));
    }
  }

  private static void generate(
      LlmBlock block,
      GenerationOptions options,
      PromptText text,
      OutputFormat format,
      Arguments given,
      Shell shell) {
    var answer = new StructuredResponseGenerator(block).generate(options, text, format);
    shell.out().println(given.has(Flag.JSON) ? LlmAnswers.json(answer) : answer.response());
  }

  private static LlmModel model(String name) {
    try {
      return LlmModels.named(name);
    } catch (BadInputException _) {
      // The gateway decides which models there are; it may have more than the platform's table.
      return new LlmModel(
          name, LlmProvider.OPENAI, CONTEXT_TOKENS_ASSUMED, OUTPUT_TOKENS_ASSUMED, name);
    }
  }

  private static Map<String, String> expected(List<String> words) {
    var expected = new LinkedHashMap<String, String>();
    for (var word : words) {
      int equals = word.indexOf('=');
      if (equals < 1 || equals == word.length() - 1) {
        throw new UsageException(
            EXPECT.dashed()
                + ": found '"
                + word
                + "', expected KEY=MEANING, such as city='a city'");
      }
      if (expected.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw new UsageException(
            EXPECT.dashed() + ": found " + word.substring(0, equals) + " twice, expected it once");
      }
    }
    return expected;
  }

  private static List<ToolDefinition> tools(Arguments given, Shell shell) throws IOException {
    var name = given.textIfAny(TOOLS);
    if (name == null) {
      return List.of();
    }
    var file = shell.folder().resolve(name);
    var where = TOOLS.dashed() + ": " + file;
    if (!Files.isRegularFile(file)) {
      throw new UsageException(where + ": found no file, expected a JSON array of tools");
    }
    if (Files.size(file) > TOOLS_BYTES_MAX) {
      throw new UsageException(where + ": found more than 1 MiB, expected a JSON array of tools");
    }
    JsonNode array;
    try {
      array = JsonMapper.shared().readTree(Files.readAllBytes(file));
    } catch (JacksonException wrong) {
      var place = wrong.getLocation();
      throw new UsageException(
          "%s line %d: found no JSON, expected a JSON array of tools"
              .formatted(where, place == null ? 1 : Math.max(1, place.getLineNr())));
    }
    if (!array.isArray() || array.isEmpty()) {
      throw new UsageException(
          where + ": found no array with tools, expected a JSON array of them");
    }
    var tools = new ArrayList<ToolDefinition>();
    for (var tool : array) {
      try {
        tools.add(ToolDefinition.of(tool));
      } catch (BadInputException wrong) {
        throw new UsageException(where + ": " + wrong.getMessage());
      }
    }
    return tools;
  }
}
