package dev.tollgate.wire.responses;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.Proof;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Effort;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a conversation as the body of a Responses request. For one body. */
final class ResponseRequestWriter {
  private final Chat chat;
  private final boolean insisting;
  private final ObjectNode body = JsonTree.object();
  private final ArrayNode input = JsonTree.array();

  /**
   * @param insisting whether parameters that Responses lack, and that came this far, are sent
   */
  ResponseRequestWriter(Chat chat, boolean insisting) {
    this.chat = chat;
    this.insisting = insisting;
  }

  /** The body without a model. */
  ObjectNode write(boolean stream) {
    List<String> instructions = new ArrayList<>(1);
    boolean begun = false;
    for (Message message : chat.messages()) {
      if (message.role() == Message.Role.SYSTEM && !begun) {
        message.parts().stream()
            .filter(Part.Text.class::isInstance)
            .forEach(part -> instructions.add(((Part.Text) part).text()));
      } else {
        begun = true;
        message(message);
      }
    }
    if (!instructions.isEmpty()) {
      body.put("instructions", String.join("\n\n", instructions));
    }
    body.set("input", input);
    // the thoughts have to come back with the next turn, since nothing is stored for it
    body.putArray("include").add("reasoning.encrypted_content");
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

  private static String textOf(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text said) {
        text.append(said.text());
      }
    }
    return text.toString();
  }

  private void message(Message message) {
    switch (message.role()) {
      case SYSTEM -> said("system", message.parts());
      case DEVELOPER -> said("developer", message.parts());
      case USER -> said("user", message.parts());
      case ASSISTANT -> assistant(message.parts());
      case TOOL -> message.parts().forEach(this::result);
    }
  }

  private void said(String role, List<Part> parts) {
    ArrayNode content = JsonTree.array();
    boolean model = role.equals("assistant");
    for (Part part : parts) {
      ObjectNode made = InputParts.of(part, model);
      if (made != null) {
        content.add(made);
      }
    }
    if (!content.isEmpty()) {
      input.addObject().put("type", "message").put("role", role).set("content", content);
    }
  }

  /** Calls stand before what was said with them, as LiteLLM sends them. */
  private void assistant(List<Part> parts) {
    for (Part part : parts) {
      switch (part) {
        case Part.Thinking thinking -> thinking(thinking);
        case Part.ToolCall call ->
            input
                .addObject()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
        case Part.Foreign foreign -> {
          if (foreign.dialect() == Dialect.RESPONSES) {
            input.add(foreign.json());
          }
        }
        case Part.Text _,
            Part.Image _,
            Part.Document _,
            Part.Audio _,
            Part.Video _,
            Part.ToolResult _,
            Part.RedactedThinking _,
            Part.Refusal _ -> {
          // said below, or nothing that this dialect has a word for
        }
      }
    }
    said("assistant", parts);
  }

  /** Only OpenAI's own proof is of use to it: what another provider signed stays away. */
  private void thinking(Part.Thinking thinking) {
    String proof = Proof.of(Dialect.RESPONSES, thinking.signature());
    int colon = proof == null ? -1 : proof.indexOf(':');
    if (proof != null && colon >= 0) {
      String id = proof.substring(0, colon);
      ObjectNode item = input.addObject().put("type", "reasoning").put("id", id);
      ArrayNode summary = item.putArray("summary");
      if (!thinking.text().isEmpty()) {
        summary.addObject().put("type", "summary_text").put("text", thinking.text());
      }
      item.put("encrypted_content", proof.substring(colon + 1));
    }
  }

  private void result(Part part) {
    if (!(part instanceof Part.ToolResult result)) {
      return;
    }
    ObjectNode item =
        input.addObject().put("type", "function_call_output").put("call_id", result.callId());
    boolean plain = result.content().stream().allMatch(Part.Text.class::isInstance);
    if (plain) {
      item.put("output", textOf(result.content()));
      return;
    }
    ArrayNode output = item.putArray("output");
    for (Part content : result.content()) {
      ObjectNode made = InputParts.of(content, false);
      if (made != null) {
        output.add(made);
      }
    }
  }

  private void tools() {
    ArrayNode tools = JsonTree.array();
    for (Tool tool : chat.tools()) {
      switch (tool) {
        case Tool.Function function -> tools.add(function(function));
        case Tool.WebSearch search -> {
          ObjectNode made = JsonTree.object().put("type", "web_search");
          if (search.contextSize() != null) {
            made.put("search_context_size", search.contextSize());
          }
          tools.add(search.dialect() == Dialect.RESPONSES ? search.original() : made);
        }
        case Tool.BuiltIn builtIn -> {
          if (builtIn.dialect() == Dialect.RESPONSES || builtIn.dialect() == Dialect.OPENAI) {
            tools.add(builtIn.json());
          }
        }
      }
    }
    if (!tools.isEmpty()) {
      body.set("tools", tools);
    }
  }

  private static ObjectNode function(Tool.Function function) {
    ObjectNode made = JsonTree.object().put("type", "function").put("name", function.name());
    made.put("strict", Boolean.TRUE.equals(function.strict()));
    if (function.description() != null) {
      made.put("description", function.description());
    }
    if (function.parameters() != null) {
      made.set("parameters", function.parameters());
    }
    return made;
  }

  private void toolChoice() {
    switch (chat.toolChoice()) {
      case null -> {}
      case ToolChoice.Auto _ -> body.put("tool_choice", "auto");
      case ToolChoice.None _ -> body.put("tool_choice", "none");
      case ToolChoice.Required _ -> body.put("tool_choice", "required");
      case ToolChoice.Named named ->
          body.putObject("tool_choice").put("type", "function").put("name", named.name());
    }
  }

  private void format() {
    OutputFormat format = chat.format();
    if (format == null) {
      return;
    }
    ObjectNode made = body.putObject("text").putObject("format");
    switch (format) {
      case OutputFormat.Text _ -> made.put("type", "text");
      case OutputFormat.JsonObject _ -> made.put("type", "json_object");
      case OutputFormat.JsonSchema schema -> {
        made.put("type", "json_schema").put("name", schema.name());
        if (schema.description() != null) {
          made.put("description", schema.description());
        }
        made.set("schema", schema.schema());
        if (schema.strict() != null) {
          made.put("strict", schema.strict());
        }
      }
    }
  }

  private void reasoning() {
    Reasoning asked = chat.reasoning();
    if (asked == null) {
      return;
    }
    String effort = Effort.of(asked);
    if (effort == null && asked.summary() == null) {
      return;
    }
    ObjectNode made = body.putObject("reasoning");
    if (effort != null) {
      made.put("effort", effort);
    }
    if (asked.summary() != null) {
      made.put("summary", asked.summary());
    }
  }

  /** What Responses have, and what a client insists on. */
  private void sampling(Sampling sampling) {
    if (sampling.maxTokens() != null) {
      body.put("max_output_tokens", sampling.maxTokens());
    }
    put("temperature", sampling.temperature());
    put("top_p", sampling.topP());
    if (sampling.topLogprobs() != null) {
      body.put("top_logprobs", sampling.topLogprobs());
    }
    if (!insisting) {
      return;
    }
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop");
      sampling.stop().forEach(stop::add);
    }
    if (sampling.seed() != null) {
      body.put("seed", sampling.seed());
    }
    put("top_k", sampling.topK());
    put("frequency_penalty", sampling.frequencyPenalty());
    put("presence_penalty", sampling.presencePenalty());
  }

  private void put(String name, @Nullable BigDecimal number) {
    if (number != null) {
      body.put(name, number);
    }
  }
}
