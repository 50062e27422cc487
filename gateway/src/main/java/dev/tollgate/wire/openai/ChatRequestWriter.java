package dev.tollgate.wire.openai;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a conversation as the body of a chat completion. For one body. */
final class ChatRequestWriter {
  private final Chat chat;
  private final ObjectNode body = JsonTree.object();

  ChatRequestWriter(Chat chat) {
    this.chat = chat;
  }

  /** The body without a model. */
  ObjectNode write(boolean stream) {
    ArrayNode messages = body.putArray("messages");
    chat.messages().forEach(message -> message(message, messages));
    tools();
    toolChoice();
    if (chat.parallelToolCalls() != null && !chat.tools().isEmpty()) {
      body.put("parallel_tool_calls", chat.parallelToolCalls());
    }
    format();
    reasoning();
    sampling(chat.sampling());
    if (chat.endUser() != null) {
      body.put("user", chat.endUser());
    }
    if (stream) {
      body.put("stream", true);
    }
    for (Map.Entry<String, JsonNode> extra : chat.extras().entrySet()) {
      if (!body.has(extra.getKey())) {
        body.set(extra.getKey(), extra.getValue());
      }
    }
    return body;
  }

  private static void message(Message message, ArrayNode out) {
    switch (message.role()) {
      case SYSTEM -> said("system", message, out);
      case DEVELOPER -> said("developer", message, out);
      case USER -> said("user", message, out);
      case ASSISTANT -> assistant(message, out);
      case TOOL -> results(message, out);
    }
  }

  private static void said(String role, Message message, ArrayNode out) {
    ObjectNode made = out.addObject().put("role", role);
    if (message.name() != null) {
      made.put("name", message.name());
    }
    ContentWriter.write(message.parts(), made);
  }

  private static void results(Message message, ArrayNode out) {
    List<Part> pictures = new ArrayList<>(0);
    for (Part part : message.parts()) {
      if (part instanceof Part.ToolResult result) {
        ObjectNode made = out.addObject().put("role", "tool").put("tool_call_id", result.callId());
        List<Part> text = result.content().stream().filter(Part.Text.class::isInstance).toList();
        ContentWriter.write(text, made);
        if (text.isEmpty()) {
          made.put("content", "");
        }
        result.content().stream().filter(one -> !(one instanceof Part.Text)).forEach(pictures::add);
      }
    }
    if (!pictures.isEmpty()) {
      // a tool's message has text only: what it shows is the user's next message
      ContentWriter.write(pictures, out.addObject().put("role", "user"));
    }
  }

  private static void assistant(Message message, ArrayNode out) {
    ObjectNode made = out.addObject().put("role", "assistant");
    List<Part> said = new ArrayList<>();
    ArrayNode calls = JsonTree.array();
    ArrayNode thoughts = JsonTree.array();
    StringBuilder reasoning = new StringBuilder();
    for (Part part : message.parts()) {
      switch (part) {
        case Part.ToolCall call -> calls.add(call(call));
        case Part.Thinking thinking -> {
          reasoning.append(thinking.text());
          if (thinking.signature() != null) {
            thoughts
                .addObject()
                .put("type", "thinking")
                .put("thinking", thinking.text())
                .put("signature", thinking.signature());
          }
        }
        case Part.RedactedThinking hidden ->
            thoughts.addObject().put("type", "redacted_thinking").put("data", hidden.data());
        case Part.Refusal refusal -> made.put("refusal", refusal.text());
        case Part.Text _,
            Part.Image _,
            Part.Document _,
            Part.Audio _,
            Part.Video _,
            Part.ToolResult _,
            Part.Foreign _ ->
            said.add(part);
      }
    }
    ContentWriter.write(said, made);
    if (!reasoning.isEmpty()) {
      made.put("reasoning_content", reasoning.toString());
    }
    if (!thoughts.isEmpty()) {
      made.set("thinking_blocks", thoughts);
    }
    if (!calls.isEmpty()) {
      made.set("tool_calls", calls);
    }
  }

  private static ObjectNode call(Part.ToolCall call) {
    ObjectNode made = JsonTree.object().put("id", call.id()).put("type", "function");
    made.putObject("function")
        .put("name", call.name())
        .put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
    return made;
  }

  private void tools() {
    ArrayNode tools = JsonTree.array();
    for (Tool tool : chat.tools()) {
      switch (tool) {
        case Tool.Function function -> tools.add(function(function));
        case Tool.WebSearch search -> webSearch(search);
        case Tool.BuiltIn builtIn -> {
          if (builtIn.dialect() == Dialect.OPENAI) {
            tools.add(builtIn.json());
          }
        }
      }
    }
    if (!tools.isEmpty()) {
      body.set("tools", tools);
    }
  }

  private void webSearch(Tool.WebSearch search) {
    if (search.dialect() == Dialect.OPENAI) {
      body.set("web_search_options", search.original());
      return;
    }
    ObjectNode options = body.putObject("web_search_options");
    if (search.contextSize() != null) {
      options.put("search_context_size", search.contextSize());
    }
  }

  private static ObjectNode function(Tool.Function function) {
    ObjectNode made = JsonTree.object().put("type", "function");
    ObjectNode inner = made.putObject("function").put("name", function.name());
    if (function.description() != null) {
      inner.put("description", function.description());
    }
    if (function.parameters() != null) {
      inner.set("parameters", function.parameters());
    }
    if (function.strict() != null) {
      inner.put("strict", function.strict());
    }
    return ContentWriter.marked(made, function.cacheControl());
  }

  private void toolChoice() {
    switch (chat.toolChoice()) {
      case null -> {}
      case ToolChoice.Auto _ -> body.put("tool_choice", "auto");
      case ToolChoice.None _ -> body.put("tool_choice", "none");
      case ToolChoice.Required _ -> body.put("tool_choice", "required");
      case ToolChoice.Named named ->
          body.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", named.name());
    }
  }

  private void format() {
    switch (chat.format()) {
      case null -> {}
      case OutputFormat.Text _ -> body.putObject("response_format").put("type", "text");
      case OutputFormat.JsonObject _ ->
          body.putObject("response_format").put("type", "json_object");
      case OutputFormat.JsonSchema schema -> {
        ObjectNode inner =
            body.putObject("response_format")
                .put("type", "json_schema")
                .putObject("json_schema")
                .put("name", schema.name());
        if (schema.description() != null) {
          inner.put("description", schema.description());
        }
        inner.set("schema", schema.schema());
        if (schema.strict() != null) {
          inner.put("strict", schema.strict());
        }
      }
    }
  }

  private void reasoning() {
    String effort = Effort.of(chat.reasoning());
    if (effort != null) {
      body.put("reasoning_effort", effort);
    }
  }

  private void sampling(Sampling sampling) {
    put("max_tokens", sampling.maxTokens());
    put("temperature", sampling.temperature());
    put("top_p", sampling.topP());
    put("top_k", sampling.topK());
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop");
      sampling.stop().forEach(stop::add);
    }
    put("seed", sampling.seed());
    put("frequency_penalty", sampling.frequencyPenalty());
    put("presence_penalty", sampling.presencePenalty());
    put("n", sampling.choices());
    if (sampling.logprobs() != null) {
      body.put("logprobs", sampling.logprobs());
    }
    put("top_logprobs", sampling.topLogprobs());
    if (sampling.logitBias() != null) {
      body.set("logit_bias", sampling.logitBias());
    }
  }

  private void put(String name, @Nullable Number value) {
    if (value != null) {
      body.set(name, JsonTree.number(value));
    }
  }
}
