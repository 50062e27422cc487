package dev.tollgate.wire.cohere;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Unsupported;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes one conversation as Cohere's {@code /v2/chat} takes it. For one thread. */
final class CohereRequestWriter {
  /** Cohere's own parameters. */
  private static final Set<String> KNOWN =
      Set.of(
          "documents",
          "citation_options",
          "safety_mode",
          "strict_tools",
          "raw_prompting",
          "thinking",
          "priority");

  /** Models from before {@code tool_choice}, which refuse it. */
  private static final Pattern WITHOUT_TOOL_CHOICE =
      Pattern.compile("command(-light)?(-nightly)?|command-r(-plus)?(-0[48]-2024)?|c4ai-aya-.*");

  private static final long LOW_BUDGET = 1024;
  private static final long MEDIUM_BUDGET = 2048;

  private final Chat chat;
  private final Request request;
  private final Deployment deployment;
  private final ObjectNode body = Tree.object();
  private final ArrayNode documents = Tree.array();

  private CohereRequestWriter(Chat chat, Request request, Deployment deployment) {
    this.chat = chat;
    this.request = request;
    this.deployment = deployment;
  }

  static byte[] write(Chat chat, Request request, Deployment deployment, Texts texts) {
    return new CohereRequestWriter(chat, request, deployment).write(texts);
  }

  private byte[] write(Texts texts) {
    body.put("model", deployment.model());
    ArrayNode messages = body.putArray("messages");
    for (Message message : chat.messages()) {
      add(messages, message);
    }
    body.put("stream", request.stream());
    addTools();
    addFormat();
    addSampling(chat.sampling());
    addReasoning();
    chat.extras()
        .forEach(
            (name, value) -> {
              if (!body.has(name) && Unsupported.passes(request, deployment, name, KNOWN)) {
                body.set(name, value);
              }
            });
    if (!documents.isEmpty()) {
      if (body.get("documents") instanceof ArrayNode given) {
        documents.addAll(given);
      }
      body.set("documents", documents);
    }
    return JsonTree.write(body, texts);
  }

  private void add(ArrayNode messages, Message message) {
    switch (message.role()) {
      case SYSTEM, DEVELOPER -> addContent(messages.addObject().put("role", "system"), message);
      case USER -> addContent(messages.addObject().put("role", "user"), message);
      case ASSISTANT -> addAnswer(messages.addObject().put("role", "assistant"), message);
      case TOOL -> {
        for (Part part : message.parts()) {
          if (part instanceof Part.ToolResult result) {
            addResult(messages.addObject().put("role", "tool"), result);
          }
        }
      }
    }
  }

  private void addContent(ObjectNode written, Message message) {
    ArrayNode content = Tree.array();
    for (Part part : message.parts()) {
      addPart(content, part);
    }
    setContent(written, content);
  }

  /** One text stands by itself, more is a list. */
  private static void setContent(ObjectNode written, ArrayNode content) {
    if (content.size() == 1 && "text".equals(Tree.text(content.get(0), "type"))) {
      written.set("content", content.get(0).path("text"));
    } else if (content.isEmpty()) {
      written.put("content", "");
    } else {
      written.set("content", content);
    }
  }

  private void addPart(ArrayNode content, Part part) {
    switch (part) {
      case Part.Text said -> content.addObject().put("type", "text").put("text", said.text());
      case Part.Image image -> addImage(content, image);
      case Part.Document document -> addDocument(document);
      case Part.Refusal refusal ->
          content.addObject().put("type", "text").put("text", refusal.text());
      case Part.Thinking thought -> {
        if (!thought.text().isEmpty()) {
          content.addObject().put("type", "thinking").put("thinking", thought.text());
        }
      }
      case Part.Audio audio -> {
        if (audio.transcript() == null) {
          Unsupported.refuseContent(request, deployment, "audio");
        } else {
          content.addObject().put("type", "text").put("text", audio.transcript());
        }
      }
      case Part.Video _ -> Unsupported.refuseContent(request, deployment, "video");
      case Part.ToolCall _, Part.ToolResult _, Part.RedactedThinking _, Part.Foreign _ -> {
        // calls and results have a place of their own; the rest is another provider's
      }
    }
  }

  private void addImage(ArrayNode content, Part.Image image) {
    String url =
        switch (image.source()) {
          case Source.Data data -> "data:" + data.mediaType() + ";base64," + data.base64();
          case Source.Url address -> address.url();
          case Source.File _, Source.Plain _ -> null;
        };
    if (url == null) {
      Unsupported.refuseContent(request, deployment, "images by file id");
      return;
    }
    ObjectNode address =
        content.addObject().put("type", "image_url").putObject("image_url").put("url", url);
    CohereWords.put(address, "detail", image.detail());
  }

  /** A text to be read goes beside the conversation, where the answer can cite it. */
  private void addDocument(Part.Document document) {
    if (!(document.source() instanceof Source.Plain plain)) {
      Unsupported.refuseContent(request, deployment, "documents other than text");
      return;
    }
    ObjectNode data = documents.addObject().putObject("data");
    CohereWords.put(data, "title", document.name());
    CohereWords.put(data, "context", document.context());
    data.put("text", plain.text());
  }

  private void addAnswer(ObjectNode written, Message message) {
    ArrayNode content = Tree.array();
    ArrayNode calls = Tree.array();
    for (Part part : message.parts()) {
      switch (part) {
        case Part.ToolCall call -> addCall(calls, call);
        case Part.Foreign foreign -> {
          String plan = Tree.text(foreign.json(), CohereWords.TOOL_PLAN);
          CohereWords.put(written, CohereWords.TOOL_PLAN, plan);
        }
        case Part.Text _,
            Part.Image _,
            Part.Document _,
            Part.Audio _,
            Part.Video _,
            Part.ToolResult _,
            Part.Thinking _,
            Part.RedactedThinking _,
            Part.Refusal _ ->
            addPart(content, part);
      }
    }
    if (!content.isEmpty() || calls.isEmpty()) {
      setContent(written, content);
    }
    if (!calls.isEmpty()) {
      written.set("tool_calls", calls);
    }
  }

  private static void addCall(ArrayNode calls, Part.ToolCall call) {
    ObjectNode function =
        calls
            .addObject()
            .put("id", call.id())
            .put("type", "function")
            .putObject("function")
            .put("name", call.name());
    function.put("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
  }

  private void addResult(ObjectNode written, Part.ToolResult result) {
    written.put("tool_call_id", result.callId());
    ArrayNode content = Tree.array();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text said -> content.addObject().put("type", "text").put("text", said.text());
        case Part.Document document when document.source() instanceof Source.Plain plain -> {
          ObjectNode data =
              content
                  .addObject()
                  .put("type", "document")
                  .putObject("document")
                  .putObject("data")
                  .put("text", plain.text());
          CohereWords.put(data, "title", document.name());
        }
        case Part.Image _,
            Part.Document _,
            Part.Audio _,
            Part.Video _,
            Part.ToolCall _,
            Part.ToolResult _,
            Part.Thinking _,
            Part.RedactedThinking _,
            Part.Refusal _,
            Part.Foreign _ ->
            Unsupported.refuseContent(
                request, deployment, "anything but text and documents in tool results");
      }
    }
    setContent(written, content);
  }

  private void addTools() {
    String named = chat.toolChoice() instanceof ToolChoice.Named choice ? choice.name() : null;
    boolean choosable = !WITHOUT_TOOL_CHOICE.matcher(deployment.model()).matches();
    ArrayNode tools = Tree.array();
    boolean strict = false;
    for (Tool tool : chat.tools()) {
      if (tool instanceof Tool.Function function) {
        if (named == null || !choosable || function.name().equals(named)) {
          addTool(tools, function);
          strict |= Boolean.TRUE.equals(function.strict());
        }
      } else {
        Unsupported.refuseContent(request, deployment, "tools other than functions");
      }
    }
    if (tools.isEmpty()) {
      return;
    }
    body.set("tools", tools);
    if (strict) {
      body.put("strict_tools", true);
    }
    ToolChoice choice = chat.toolChoice();
    if (choice != null && choosable) {
      switch (choice) {
        case ToolChoice.None _ -> body.put("tool_choice", "NONE");
        case ToolChoice.Required _, ToolChoice.Named _ -> body.put("tool_choice", "REQUIRED");
        case ToolChoice.Auto _ -> {
          // what Cohere does by itself
        }
      }
    }
  }

  private static void addTool(ArrayNode tools, Tool.Function function) {
    ObjectNode written =
        tools
            .addObject()
            .put("type", "function")
            .putObject("function")
            .put("name", function.name());
    CohereWords.put(written, "description", function.description());
    if (function.parameters() != null) {
      written.set("parameters", function.parameters());
    }
  }

  private void addFormat() {
    switch (chat.format()) {
      case OutputFormat.JsonObject _ ->
          body.putObject("response_format").put("type", "json_object");
      case OutputFormat.JsonSchema schema ->
          body.putObject("response_format")
              .put("type", "json_object")
              .set("json_schema", schema.schema());
      case OutputFormat.Text _ -> body.putObject("response_format").put("type", "text");
      case null -> {
        // nothing was said
      }
    }
  }

  private void addSampling(Sampling sampling) {
    set("max_tokens", sampling.maxTokens());
    set("temperature", sampling.temperature());
    set("p", sampling.topP());
    BigDecimal most = sampling.topK();
    if (most != null) {
      body.put("k", most);
    }
    List<String> stop = sampling.stop();
    if (!stop.isEmpty()) {
      ArrayNode sequences = body.putArray("stop_sequences");
      stop.forEach(sequences::add);
    }
    set("seed", sampling.seed());
    set("frequency_penalty", sampling.frequencyPenalty());
    set("presence_penalty", sampling.presencePenalty());
    if (Boolean.TRUE.equals(sampling.logprobs())) {
      body.put("logprobs", true);
    }
  }

  private void set(String name, @Nullable Long value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private void set(String name, @Nullable BigDecimal value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private void addReasoning() {
    Reasoning reasoning = chat.reasoning();
    if (reasoning == null) {
      return;
    }
    Long budget = reasoning.budgetTokens();
    String effort = reasoning.effort();
    if ("none".equals(effort) || (budget != null && budget == 0)) {
      body.putObject("thinking").put("type", "disabled");
      return;
    }
    if (effort == null && budget == null && !reasoning.adaptive()) {
      return;
    }
    ObjectNode thinking = body.putObject("thinking").put("type", "enabled");
    Long tokens = budget == null ? budgetOf(effort) : budget;
    if (tokens != null && tokens > 0) {
      thinking.put("token_budget", tokens);
    }
  }

  private static @Nullable Long budgetOf(@Nullable String effort) {
    return switch (effort) {
      case "minimal", "low" -> LOW_BUDGET;
      case "medium" -> MEDIUM_BUDGET;
      case null, default -> null;
    };
  }
}
