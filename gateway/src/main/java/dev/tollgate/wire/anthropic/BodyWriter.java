package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.openai.Quirk;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a request's body out of the common language. For one request and one thread. */
final class BodyWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Names and numbers of people, which Anthropic does not want to be told. */
  private static final Pattern PERSONAL =
      Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+|\\+?[0-9][0-9 ()-]{6,}[0-9]");

  private final Chat chat;
  private final Deployment deployment;
  private final ClaudeModel model;
  private final ObjectNode body = NODES.objectNode();

  private BodyWriter(Chat chat, Deployment deployment) {
    this.chat = chat;
    this.deployment = deployment;
    this.model = ClaudeModel.of(deployment);
  }

  /**
   * The body.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} for what Anthropic cannot
   *     carry
   */
  static ObjectNode write(Chat chat, boolean stream, Deployment deployment) {
    return new BodyWriter(chat, deployment).write(stream);
  }

  private ObjectNode write(boolean stream) {
    if (!deployment.rules().quirks().contains(Quirk.MODEL_IN_PATH)) {
      body.put("model", deployment.model());
    }
    new TurnWriter(chat).addTo(body);
    Long budget = addThinking();
    addSampling();
    addTools(budget != null);
    addFormat();
    String user = chat.endUser();
    if (user != null && !PERSONAL.matcher(user).matches()) {
      body.putObject("metadata").put("user_id", user);
    }
    Long most = chat.sampling().maxTokens();
    body.put("max_tokens", most == null ? model.outputTokens(budget) : most);
    if (stream) {
      body.put("stream", true);
    }
    for (Map.Entry<String, JsonNode> extra : chat.extras().entrySet()) {
      body.set(extra.getKey(), extra.getValue());
    }
    return body;
  }

  /** Asks for thoughts; gives their budget in tokens, null if there is none. */
  private @Nullable Long addThinking() {
    JsonNode own = chat.extras().get("thinking");
    if (own != null) {
      JsonNode tokens = own.path("budget_tokens");
      return tokens.canConvertToLong() ? tokens.longValue() : null;
    }
    Reasoning reasoning = chat.reasoning();
    if (reasoning == null) {
      return null;
    }
    boolean byEffort = reasoning.budgetTokens() == null;
    if (reasoning.adaptive() || (byEffort && model.adaptive())) {
      addEffort(reasoning);
      return null;
    }
    Long budget = ClaudeModel.budget(reasoning);
    if (budget != null) {
      body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }
    return budget;
  }

  private void addEffort(Reasoning reasoning) {
    String effort = reasoning.effort() == null ? null : model.effort(reasoning.effort());
    if (effort == null && !reasoning.adaptive()) {
      return;
    }
    body.putObject("thinking").put("type", "adaptive");
    if (effort != null) {
      body.putObject("output_config").put("effort", effort);
    }
  }

  private void addSampling() {
    Sampling sampling = chat.sampling();
    putNumber("temperature", sampling.temperature());
    putNumber("top_p", sampling.topP());
    putNumber("top_k", sampling.topK());
    if (!sampling.stop().isEmpty()) {
      ArrayNode stops = body.putArray("stop_sequences");
      sampling.stop().forEach(stops::add);
    }
    // Anthropic has none of these: they are here only if the operator or the client insists.
    if (sampling.seed() != null) {
      body.put("seed", sampling.seed());
    }
    putNumber("frequency_penalty", sampling.frequencyPenalty());
    putNumber("presence_penalty", sampling.presencePenalty());
    if (sampling.logprobs() != null) {
      body.put("logprobs", sampling.logprobs());
    }
    if (sampling.topLogprobs() != null) {
      body.put("top_logprobs", sampling.topLogprobs());
    }
    if (sampling.logitBias() != null) {
      body.set("logit_bias", sampling.logitBias());
    }
  }

  private void putNumber(String name, @Nullable BigDecimal number) {
    if (number != null) {
      body.put(name, number);
    }
  }

  private void addTools(boolean thinking) {
    ArrayNode tools = NODES.arrayNode();
    JsonNode schema = emulated();
    if (schema != null) {
      tools.add(SchemaTool.tool(schema));
    }
    chat.tools().stream().filter(tool -> !isOfResponses(tool)).forEach(t -> tools.add(tool(t)));
    if (tools.isEmpty()) {
      return;
    }
    body.set("tools", tools);
    ObjectNode choice = choice();
    if (schema != null && !thinking) {
      // Models that think cannot be forced to call.
      choice = BlockWriter.node("tool").put("name", SchemaTool.NAME);
    }
    if (choice != null) {
      body.set("tool_choice", choice);
    }
  }

  /**
   * What the Responses API alone has is left out, as for chat completions: Codex offers some in
   * each request, beside the functions that it works with.
   */
  private static boolean isOfResponses(Tool tool) {
    return tool instanceof Tool.BuiltIn own && own.dialect() == Dialect.RESPONSES;
  }

  private @Nullable JsonNode emulated() {
    return model.structured() ? null : SchemaTool.schema(chat);
  }

  private JsonNode tool(Tool tool) {
    return switch (tool) {
      case Tool.Function function -> function(function);
      case Tool.WebSearch search -> webSearch(search);
      case Tool.BuiltIn own -> {
        if (own.dialect() != Dialect.ANTHROPIC && own.dialect() != Dialect.OPENAI) {
          throw TurnWriter.refused("tools", "tools of " + word(own.dialect()));
        }
        if (own.json().path("type").asString("function").equals("function")) {
          throw Fields.bad("tools", "a 'function' with a name in each tool of that type");
        }
        yield own.json();
      }
    };
  }

  private static String word(Dialect dialect) {
    return dialect.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode function(Tool.Function function) {
    ObjectNode tool = NODES.objectNode().put("name", function.name());
    tool.set("input_schema", inputSchema(function.parameters()));
    tool.put("type", "custom");
    if (function.description() != null) {
      tool.put("description", function.description());
    }
    return BlockWriter.marked(tool, function.cacheControl());
  }

  private static JsonNode inputSchema(@Nullable JsonNode parameters) {
    ObjectNode schema = NODES.objectNode();
    if (parameters == null || !parameters.isObject() || parameters.isEmpty()) {
      schema.put("type", "object").putObject("properties");
      return schema;
    }
    if (parameters.has("type")) {
      return parameters;
    }
    schema.put("type", "object");
    parameters.properties().forEach(member -> schema.set(member.getKey(), member.getValue()));
    return schema;
  }

  /** Searches by Anthropic; how much is looked at becomes how often. */
  private static JsonNode webSearch(Tool.WebSearch search) {
    if (search.dialect() == Dialect.ANTHROPIC) {
      return search.original();
    }
    ObjectNode tool = BlockWriter.node("web_search_20250305").put("name", "web_search");
    if (search.contextSize() != null) {
      switch (search.contextSize()) {
        case "low" -> tool.put("max_uses", 1);
        case "high" -> tool.put("max_uses", 10);
        default -> tool.put("max_uses", 5);
      }
    }
    JsonNode location = search.original().path("user_location");
    if (location.isObject()) {
      ObjectNode place = tool.putObject("user_location").put("type", "approximate");
      JsonNode where = location.has("approximate") ? location.path("approximate") : location;
      for (String name : List.of("city", "region", "country", "timezone")) {
        if (where.path(name).isString()) {
          place.set(name, where.path(name));
        }
      }
    }
    return tool;
  }

  private @Nullable ObjectNode choice() {
    ToolChoice asked = chat.toolChoice();
    Boolean parallel = chat.parallelToolCalls();
    ObjectNode choice =
        switch (asked) {
          case null -> parallel == null ? null : BlockWriter.node("auto");
          case ToolChoice.Auto _ -> BlockWriter.node("auto");
          case ToolChoice.Required _ -> BlockWriter.node("any");
          case ToolChoice.Named named -> BlockWriter.node("tool").put("name", named.name());
          case ToolChoice.None _ -> BlockWriter.node("none");
        };
    if (choice != null && parallel != null && !(asked instanceof ToolChoice.None)) {
      choice.put("disable_parallel_tool_use", !parallel);
    }
    return choice;
  }

  private void addFormat() {
    JsonNode schema = SchemaTool.schema(chat);
    if (schema != null && model.structured()) {
      ObjectNode format = BlockWriter.node("json_schema");
      format.set("schema", SchemaTool.strict(schema));
      body.set("output_format", format);
    }
  }
}
