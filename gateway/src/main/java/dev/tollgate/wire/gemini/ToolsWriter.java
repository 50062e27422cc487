package dev.tollgate.wire.gemini;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools and the choice among them. */
final class ToolsWriter {
  /** Gemini's own tools, by Google's names. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "googleSearch",
          "googleSearchRetrieval",
          "enterpriseWebSearch",
          "urlContext",
          "codeExecution",
          "computerUse",
          "googleMaps",
          "fileSearch",
          "retrieval");

  /** Other providers' tools that are the same thing, by their types. */
  private static final Map<String, String> ALIKE =
      Map.of(
          "code_interpreter", "codeExecution",
          "code_execution_20250522", "codeExecution",
          "code_execution_20250825", "codeExecution",
          "web_fetch_20250910", "urlContext");

  private ToolsWriter() {}

  /**
   * Puts a chat's tools into a request.
   *
   * @param drops whether what Gemini has not is left out instead of refused
   */
  static void write(Chat chat, boolean drops, ObjectNode request) {
    ArrayNode declarations = Nodes.array();
    ArrayNode others = Nodes.array();
    for (Tool tool : chat.tools()) {
      switch (tool) {
        case Tool.Function function -> declarations.add(declaration(function));
        case Tool.WebSearch _ -> addOnce(others, "googleSearch", Nodes.object());
        case Tool.BuiltIn own -> {
          // What the Responses API alone has is left out, as for chat completions: Codex offers
          // some in each request, beside the functions that it works with.
          addBuiltIn(others, own.json(), drops || own.dialect() == Dialect.RESPONSES);
        }
      }
    }
    if (Boolean.FALSE.equals(chat.parallelToolCalls()) && declarations.size() > 1 && !drops) {
      throw serialCalls();
    }
    ArrayNode tools = Nodes.array();
    if (!declarations.isEmpty()) {
      tools.add(Nodes.object().set("functionDeclarations", declarations));
    }
    tools.addAll(others);
    if (!tools.isEmpty()) {
      request.set("tools", tools);
    }
    ToolChoice choice = chat.toolChoice();
    if (choice != null && !declarations.isEmpty()) {
      request.set("toolConfig", Nodes.object().set("functionCallingConfig", mode(choice)));
    }
  }

  private static JsonNode declaration(Tool.Function function) {
    ObjectNode declaration = Nodes.object().put("name", function.name());
    if (function.description() != null) {
      declaration.put("description", function.description());
    }
    if (function.parameters() != null) {
      declaration.set(
          "parameters",
          SchemaSubset.of(function.parameters(), "tools." + function.name() + ".parameters"));
    }
    return declaration;
  }

  private static void addBuiltIn(ArrayNode tools, JsonNode tool, boolean drops) {
    boolean found = false;
    for (Map.Entry<String, JsonNode> member : tool.properties()) {
      String name = Nodes.camel(member.getKey());
      if (BUILT_IN.contains(name)) {
        addOnce(tools, name, member.getValue());
        found = true;
      }
    }
    String type = Nodes.text(tool, "type");
    String alike = type == null ? null : ALIKE.get(type);
    String own = type == null ? null : Nodes.camel(type);
    if (!found && alike != null) {
      addOnce(tools, alike, Nodes.object());
    } else if (!found && own != null && BUILT_IN.contains(own)) {
      addOnce(tools, own, Nodes.object());
    } else if (!found && !drops) {
      throw Fields.bad("tools", "functions or tools that Gemini has" + said(type));
    }
  }

  private static String said(@Nullable String type) {
    return type == null || type.length() > 100 ? "" : ", not '" + type + "'";
  }

  private static void addOnce(ArrayNode tools, String name, JsonNode options) {
    for (JsonNode tool : tools) {
      if (tool.has(name)) {
        return;
      }
    }
    tools.add(Nodes.object().set(name, options.isObject() ? options : Nodes.object()));
  }

  private static JsonNode mode(ToolChoice choice) {
    ObjectNode config = Nodes.object();
    switch (choice) {
      case ToolChoice.Auto _ -> config.put("mode", "AUTO");
      case ToolChoice.None _ -> config.put("mode", "NONE");
      case ToolChoice.Required _ -> config.put("mode", "ANY");
      case ToolChoice.Named named -> {
        config.put("mode", "ANY");
        config.putArray("allowedFunctionNames").add(named.name());
      }
    }
    return config;
  }

  private static FailureException serialCalls() {
    return new FailureException(
        new Failure.BadRequest(
            "litellm.UnsupportedParamsError: `parallel_tool_calls=False` is not supported by Gemini"
                + " when multiple tools are provided. Specify a single tool, or set"
                + " `parallel_tool_calls=True`. If you want to drop this param, set"
                + " `litellm.drop_params = True` or pass in `(.., drop_params=True)` in the"
                + " request - https://docs.litellm.ai/docs/completion/drop_params",
            null));
  }
}
