package dev.tollgate.platform.codex;

import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import dev.tollgate.platform.client.Transport;
import dev.tollgate.platform.codex.CodexCallResult.Ending;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes code by {@code POST /responses}, in one call that is not streamed. Safe for several
 * threads.
 */
public final class CodexBlock {
  /** The model that is asked unless the caller names one. */
  public static final String MODEL = "gpt-5.1-codex";

  /** The cap on output tokens, thinking included, unless the caller gives one. */
  public static final int OUTPUT_TOKENS_USUAL = 2_048;

  /** What the model is told about itself unless the caller says otherwise. */
  public static final String SYSTEM_PROMPT =
      "You are Codex, an expert programmer: answer with correct, complete code that is ready to run.";

  private final Transport transport;
  private final AtomicReference<CodexStats> stats = new AtomicReference<>(CodexStats.NONE);

  /** A block that calls by the given transport, with {@code OPENAI_BASE_URL}'s client as a rule. */
  public CodexBlock(Transport transport) {
    this.transport = transport;
  }

  /** Calls with the usual model, system prompt, effort and cap. */
  public CodexCallResult callCodex(String prompt) {
    return callCodex(prompt, SYSTEM_PROMPT, MODEL, ReasoningEffort.MEDIUM, OUTPUT_TOKENS_USUAL);
  }

  /**
   * Calls once.
   *
   * @param systemPrompt left out of the request when empty
   * @param effort left out when {@code NONE}
   * @param outputTokensMax left out when null: then the model's own cap holds
   * @throws BadInputException when the prompt or model is blank or the cap below 1
   * @throws UnreadableReply when the answer is no Responses object
   * @throws OpenAiException when the call fails
   */
  public CodexCallResult callCodex(
      String prompt,
      String systemPrompt,
      String model,
      ReasoningEffort effort,
      @Nullable Integer outputTokensMax) {
    var reply =
        transport.post("/responses", body(prompt, systemPrompt, model, effort, outputTokensMax));
    if (!reply.isObject() || !reply.path("output").isArray()) {
      throw new UnreadableReply(
          "/responses answered JSON without an output array, expected a Responses object");
    }
    var usage = reply.path("usage");
    long input = usage.path("input_tokens").asLong(0);
    long output = usage.path("output_tokens").asLong(0);
    stats.updateAndGet(before -> before.then(input, output));
    return result(reply);
  }

  /** The last call's tokens and the number of calls. */
  public CodexStats stats() {
    return stats.get();
  }

  private static ObjectNode body(
      String prompt,
      String systemPrompt,
      String model,
      ReasoningEffort effort,
      @Nullable Integer outputTokensMax) {
    if (prompt.isBlank()) {
      throw new BadInputException("prompt", "nothing but blanks", "what to write code for");
    }
    if (model.isBlank()) {
      throw new BadInputException("model", "nothing but blanks", "a model such as " + MODEL);
    }
    if (outputTokensMax != null && outputTokensMax < 1) {
      throw new BadInputException(
          "max_output_tokens", outputTokensMax.toString(), "1 or more, or none");
    }
    var body = JsonNodeFactory.instance.objectNode();
    body.put("model", model);
    body.put("input", prompt);
    if (!systemPrompt.isEmpty()) {
      body.put("instructions", systemPrompt);
    }
    if (effort != ReasoningEffort.NONE) {
      body.putObject("reasoning").put("effort", effort.wireName());
    }
    if (outputTokensMax != null) {
      body.put("max_output_tokens", outputTokensMax);
    }
    return body;
  }

  private static CodexCallResult result(JsonNode reply) {
    var response = new StringBuilder();
    var summaries = new ArrayList<String>();
    for (var item : reply.path("output")) {
      switch (string(item.path("type"))) {
        case "message" -> {
          for (var part : item.path("content")) {
            if (string(part.path("type")).equals("output_text")) {
              response.append(string(part.path("text")));
            }
          }
        }
        case "reasoning" -> {
          for (var part : item.path("summary")) {
            summaries.add(string(part.path("text")));
          }
        }
        default -> {
          // Other items, such as tool calls, were not asked for.
        }
      }
    }
    return new CodexCallResult(
        response.toString(),
        textForm(reply.path("reasoning").path("summary")),
        string(reply.path("id")),
        summaries,
        ending(reply));
  }

  private static Ending ending(JsonNode reply) {
    var status = string(reply.path("status"));
    return switch (status) {
      // A gateway that leaves the status out answers whole.
      case "completed", "" -> new Ending.Completed();
      case "incomplete" ->
          new Ending.Incomplete(string(reply.path("incomplete_details").path("reason")));
      default -> new Ending.Stopped(status, string(reply.path("error").path("message")));
    };
  }

  private static String textForm(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return "";
    }
    return node.isString() ? node.stringValue() : node.toString();
  }

  private static String string(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }
}
