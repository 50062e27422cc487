package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.anthropic.ClaudeModel;
import dev.tollgate.wire.anthropic.SchemaTool;
import dev.tollgate.wire.json.JsonTree;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a Converse request out of the common language. For one request and one thread. */
final class ConverseWriter {
  /** Members of Converse itself; everything else that is no common word is the model's own. */
  private static final Set<String> CONVERSE =
      Set.of(
          "guardrailConfig",
          "performanceConfig",
          "requestMetadata",
          "promptVariables",
          "serviceTier",
          "additionalModelResponseFieldPaths");

  private static final String THOUGHT_TOKENS = "/usage/output_tokens_details";

  private final Chat chat;
  private final BedrockModel model;
  private final ObjectNode body = JsonTree.object();
  private final ObjectNode additional = JsonTree.object();

  private ConverseWriter(Chat chat, Deployment deployment) {
    this.chat = chat;
    this.model = BedrockModel.of(deployment);
  }

  /**
   * The body.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} for what Bedrock cannot
   *     carry
   */
  static ObjectNode write(Chat chat, Deployment deployment) {
    return new ConverseWriter(chat, deployment).write();
  }

  private ObjectNode write() {
    new TurnWriter(chat).addTo(body);
    addSampling();
    addThinking();
    addTools();
    addFormat();
    addExtras();
    if (!additional.isEmpty()) {
      body.set("additionalModelRequestFields", additional);
    }
    return body;
  }

  private void addSampling() {
    Sampling sampling = chat.sampling();
    ObjectNode config = body.putObject("inferenceConfig");
    Long most = sampling.maxTokens();
    if (most != null) {
      config.put("maxTokens", most);
    }
    if (sampling.temperature() != null) {
      config.put("temperature", sampling.temperature());
    }
    if (sampling.topP() != null) {
      config.put("topP", sampling.topP());
    }
    if (!sampling.stop().isEmpty()) {
      ArrayNode stops = config.putArray("stopSequences");
      sampling.stop().forEach(stops::add);
    }
    if (sampling.topK() != null) {
      if (model.isNova()) {
        additional.putObject("inferenceConfig").put("topK", sampling.topK());
      } else {
        additional.put("top_k", sampling.topK());
      }
    }
    if (sampling.seed() != null) {
      additional.put("seed", sampling.seed()); // only if the operator or the client insists
    }
  }

  private void addThinking() {
    Reasoning reasoning = chat.reasoning();
    if (reasoning == null || !model.isClaude()) {
      addEffort(reasoning);
      return;
    }
    ClaudeModel claude = model.claude();
    String effort = reasoning.effort();
    boolean byEffort = reasoning.budgetTokens() == null;
    if (reasoning.adaptive() || (byEffort && claude.adaptive() && !"none".equals(effort))) {
      additional.putObject("thinking").put("type", "adaptive");
      String word = effort == null ? null : claude.effort(effort);
      if (word != null) {
        additional.putObject("output_config").put("effort", word);
      }
      tellThoughtTokens();
      return;
    }
    Long budget = ClaudeModel.budget(reasoning);
    if (budget != null) {
      additional.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
      tellThoughtTokens();
      if (chat.sampling().maxTokens() == null
          && body.get("inferenceConfig") instanceof ObjectNode config) {
        config.put("maxTokens", claude.outputTokens(budget));
      }
    }
  }

  private void tellThoughtTokens() {
    body.putArray("additionalModelResponseFieldPaths").add(THOUGHT_TOKENS);
  }

  /** Models of other makers that think take OpenAI's word. */
  private void addEffort(@Nullable Reasoning reasoning) {
    if (reasoning != null && reasoning.effort() != null && model.thinks()) {
      additional.put("reasoning_effort", reasoning.effort());
    }
  }

  private void addTools() {
    ArrayNode tools = JsonTree.array();
    JsonNode schema = model.emulated(chat);
    if (schema != null) {
      addSpec(tools, SchemaTool.NAME, descriptionOf(chat.format()), schema);
    }
    for (Tool tool : chat.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          addSpec(tools, function.name(), function.description(), function.parameters());
          if (function.cacheControl() != null) {
            tools.add(CacheMark.point(function.cacheControl()));
          }
        }
        case Tool.BuiltIn own -> tools.add(builtIn(own));
        case Tool.WebSearch _ -> throw BlockWriter.refused("web search");
      }
    }
    boolean none = chat.toolChoice() instanceof ToolChoice.None;
    if (tools.isEmpty() || (none && !TurnWriter.calls(chat))) {
      return;
    }
    ObjectNode config = body.putObject("toolConfig");
    config.set("tools", tools);
    ObjectNode choice =
        schema != null && !additional.has("thinking") ? named(SchemaTool.NAME) : choice();
    if (choice != null) {
      config.set("toolChoice", choice);
    }
    if (Boolean.FALSE.equals(chat.parallelToolCalls())) {
      oneCallAtATime();
    }
  }

  private static @Nullable String descriptionOf(@Nullable OutputFormat format) {
    return format instanceof OutputFormat.JsonSchema named ? named.description() : null;
  }

  private static JsonNode builtIn(Tool.BuiltIn own) {
    return switch (own.dialect()) {
      case BEDROCK -> own.json();
      case ANTHROPIC, OPENAI, RESPONSES, GEMINI, COHERE, OLLAMA ->
          throw BlockWriter.refused("tools of the type " + own.json().path("type").asString("?"));
    };
  }

  private static void addSpec(
      ArrayNode tools, String name, @Nullable String description, @Nullable JsonNode parameters) {
    ObjectNode spec = JsonTree.object().put("name", name);
    if (description != null && !description.isEmpty()) {
      spec.put("description", description);
    }
    ObjectNode schema = JsonTree.object();
    if (parameters == null || parameters.isEmpty()) {
      schema.put("type", "object").putObject("properties");
      spec.putObject("inputSchema").set("json", schema);
    } else {
      spec.putObject("inputSchema").set("json", parameters);
    }
    tools.add(BlockWriter.block("toolSpec", spec));
  }

  private @Nullable ObjectNode choice() {
    return switch (chat.toolChoice()) {
      case null -> null;
      case ToolChoice.Auto _ -> BlockWriter.block("auto", JsonTree.object());
      case ToolChoice.Required _ -> BlockWriter.block("any", JsonTree.object());
      case ToolChoice.Named named -> named(named.name());
      case ToolChoice.None _ -> null;
    };
  }

  private static ObjectNode named(String tool) {
    return BlockWriter.block("tool", JsonTree.object().put("name", tool));
  }

  /** Converse has no word for it; newer models of Anthropic's take their own. */
  private void oneCallAtATime() {
    if (!model.limitsCalls()) {
      throw BlockWriter.refused("parallel_tool_calls=false with this model");
    }
    String type =
        switch (chat.toolChoice()) {
          case ToolChoice.Required _ -> "any";
          case ToolChoice.Named _ -> "tool";
          case ToolChoice.Auto _, ToolChoice.None _ -> "auto";
          case null -> "auto";
        };
    ObjectNode choice =
        additional
            .putObject("tool_choice")
            .put("type", type)
            .put("disable_parallel_tool_use", true);
    if (chat.toolChoice() instanceof ToolChoice.Named named) {
      choice.put("name", named.name());
    }
  }

  private void addFormat() {
    if (chat.format() instanceof OutputFormat.JsonSchema format && model.emulated(chat) == null) {
      ObjectNode text = body.putObject("outputConfig").putObject("textFormat");
      text.put("type", "json_schema");
      ObjectNode schema = text.putObject("structure").putObject("jsonSchema");
      schema.put("schema", new String(JsonTree.write(SchemaTool.strict(format.schema())), UTF_8));
      schema.put("name", format.name());
      if (format.description() != null) {
        schema.put("description", format.description());
      }
    }
  }

  private void addExtras() {
    for (Map.Entry<String, JsonNode> extra : chat.extras().entrySet()) {
      String name = extra.getKey();
      JsonNode value = extra.getValue();
      if (CONVERSE.contains(name)) {
        body.set(name, value);
      } else if (name.equals("service_tier")) {
        String tier = value.asString("auto");
        body.putObject("serviceTier").put("type", tier.equals("auto") ? "default" : tier);
      } else if (name.equals("additionalModelRequestFields") && value.isObject()) {
        value.properties().forEach(field -> additional.set(field.getKey(), field.getValue()));
      } else {
        additional.set(name, value);
      }
    }
  }
}
