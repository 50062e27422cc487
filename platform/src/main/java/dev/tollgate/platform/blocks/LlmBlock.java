package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.Transport;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls a model once, without streaming. Immutable and safe for several threads.
 *
 * <p>Every provider's models go to the gateway's {@code /chat/completions} with the gateway's model
 * name and one and the same body; that is what unified access means. A provider that has a
 * transport of its own is called there instead, under its own model name and with the fields that
 * the platform sends it ({@code max_tokens}, and the rest by {@link LlmProvider}'s flags).
 */
public final class LlmBlock {
  private static final String PATH = "/chat/completions";
  private static final PromptTokens AT_MOST =
      new PromptTokens(text -> text.getBytes(StandardCharsets.UTF_8).length);

  private final Transport gateway;
  private final Map<LlmProvider, Transport> own;
  private final PromptTokens tokens;

  /** Sends everything to one address, and counts with o200k_base. */
  public LlmBlock(Transport gateway) {
    this(gateway, Map.of(), O200k::count);
  }

  /** Sends everything to one address; {@code tokenCounter} should count as o200k_base does. */
  public LlmBlock(Transport gateway, ToIntFunction<String> tokenCounter) {
    this(gateway, Map.of(), tokenCounter);
  }

  /** Sends the named providers' calls to addresses of their own, which speak OpenAI's format. */
  public LlmBlock(
      Transport gateway, Map<LlmProvider, Transport> own, ToIntFunction<String> tokenCounter) {
    this.gateway = gateway;
    this.own = new EnumMap<>(LlmProvider.class);
    this.own.putAll(own);
    this.tokens = new PromptTokens(tokenCounter);
  }

  /**
   * Sends the request and reads the first choice.
   *
   * @throws BadInputException if tools are offered to a provider's own endpoint that takes none;
   *     nothing is sent
   * @throws OpenAiException.UnreadableReply if the answer has no choice with a message
   * @throws RuntimeException the transport's, as they are
   */
  public LlmResponse llmCall(LlmRequest request) {
    LlmModel model = request.model();
    Measured measured = measured(request);
    List<ObjectNode> prompt = measured.prompt();
    int cap = measured.outputCap();
    Transport ownTransport = own.get(model.provider());
    if (ownTransport == null) {
      return ReplyReader.read(gateway.post(PATH, gatewayBody(request, prompt, cap)), prompt);
    }
    return ReplyReader.read(ownTransport.post(PATH, ownBody(request, prompt, cap)), prompt);
  }

  /** The messages to send and the cap on the answer, in tokens. */
  private record Measured(List<ObjectNode> prompt, int outputCap) {}

  private Measured measured(LlmRequest request) {
    LlmModel model = request.model();
    // A token is at least one byte. Where even as many tokens as bytes would change nothing, they
    // are not counted: the tokenizer's tables take longer to load than most calls to prepare.
    int most = AT_MOST.of(request.prompt());
    int free = outputCap(model, 0, request.maxTokens());
    if (outputCap(model, most, request.maxTokens()) == free
        && PromptCompressor.fits(most, model.contextWindow())) {
      return new Measured(request.prompt(), free);
    }
    List<ObjectNode> prompt =
        request.compressPromptToFit()
            ? PromptCompressor.fit(request.prompt(), model.contextWindow(), tokens)
            : request.prompt();
    return new Measured(prompt, outputCap(model, tokens.of(prompt), request.maxTokens()));
  }

  /**
   * The platform's formula: the smallest of the room in the context window, the model's longest
   * answer (32768 if unknown) and what the user wants, and at least 1. All in tokens.
   */
  static int outputCap(LlmModel model, int inputTokens, @Nullable Integer wanted) {
    int longest = model.maxOutputTokensOrDefault();
    int room = Math.max(model.contextWindow() - inputTokens, 0);
    int user = wanted == null ? longest : wanted;
    return Math.max(Math.min(room, Math.min(longest, user)), 1);
  }

  private static ObjectNode gatewayBody(LlmRequest request, List<ObjectNode> prompt, int cap) {
    ObjectNode body = start(request.model().gatewayName(), prompt);
    putResponseFormat(body, request.forceJsonOutput());
    body.put("max_completion_tokens", cap);
    putTools(body, request);
    return body;
  }

  private static ObjectNode ownBody(LlmRequest request, List<ObjectNode> prompt, int cap) {
    LlmProvider provider = request.model().provider();
    ObjectNode body = start(request.model().name(), prompt);
    if (provider.takesResponseFormat()) {
      putResponseFormat(body, request.forceJsonOutput());
    }
    body.put(provider == LlmProvider.OPENAI ? "max_completion_tokens" : "max_tokens", cap);
    if (provider.takesTools()) {
      putTools(body, request);
    } else if (!request.tools().isEmpty()) {
      throw new BadInputException(
          "tools",
          request.tools().size() + " tools for " + provider.id(),
          "none at its own address");
    }
    return body;
  }

  private static ObjectNode start(String model, List<ObjectNode> prompt) {
    ObjectNode body = Json.object();
    body.put("model", model);
    body.putArray("messages").addAll(prompt);
    return body;
  }

  /** Sent even when it is null: the platform's SDK does so, and a gateway has to bear it. */
  private static void putResponseFormat(ObjectNode body, boolean json) {
    if (json) {
      body.putObject("response_format").put("type", "json_object");
    } else {
      body.putNull("response_format");
    }
  }

  private static void putTools(ObjectNode body, LlmRequest request) {
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      for (ToolDefinition tool : request.tools()) {
        tools.add(tool.toJson());
      }
    }
    Boolean parallel = request.parallelToolCalls();
    if (parallel != null && !request.model().refusesParallelFlag()) {
      body.put("parallel_tool_calls", parallel);
    }
  }
}
