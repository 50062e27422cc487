package dev.tollgate.wire.ollama;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.json.WholeNumber;
import dev.tollgate.wire.openai.Unsupported;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What bodies of {@code /api/chat} and {@code /api/generate} have in common. For one thread. */
final class OllamaBody {
  /** Parameters beside the options. */
  private static final Set<String> TOP_LEVEL =
      Set.of(
          "keep_alive",
          "think",
          "format",
          "raw",
          "template",
          "system",
          "suffix",
          "context",
          "truncate",
          "shift");

  /** Ollama's own parameters, which clients of any dialect may send. */
  private static final Set<String> KNOWN =
      Set.of(
          "keep_alive",
          "think",
          "format",
          "options",
          "num_ctx",
          "num_predict",
          "num_keep",
          "num_batch",
          "num_gpu",
          "num_thread",
          "main_gpu",
          "low_vram",
          "use_mmap",
          "use_mlock",
          "min_p",
          "typical_p",
          "tfs_z",
          "repeat_last_n",
          "repeat_penalty",
          "penalize_newline",
          "mirostat",
          "mirostat_eta",
          "mirostat_tau");

  private final Chat chat;
  private final Request request;
  private final Deployment deployment;
  private final ObjectNode body = Tree.object();

  OllamaBody(Chat chat, Request request, Deployment deployment) {
    this.chat = chat;
    this.request = request;
    this.deployment = deployment;
    body.put("model", deployment.model());
  }

  ObjectNode node() {
    return body;
  }

  /** Adds all that is not the conversation itself. */
  void addParameters() {
    body.put("stream", request.stream());
    ObjectNode options = Tree.object();
    addSampling(options, chat.sampling());
    switch (chat.format()) {
      case OutputFormat.JsonObject _ -> body.put("format", "json");
      case OutputFormat.JsonSchema schema -> body.set("format", schema.schema());
      case OutputFormat.Text _ -> {
        // what Ollama does by itself
      }
      case null -> {
        // nothing was said
      }
    }
    addThinking();
    chat.extras()
        .forEach(
            (name, value) -> {
              if (!Unsupported.passes(request, deployment, name, KNOWN)) {
                return;
              }
              if (name.equals("options") && value instanceof ObjectNode given) {
                options.setAll(given);
              } else if (TOP_LEVEL.contains(name)) {
                body.set(name, value);
              } else {
                options.set(name, value);
              }
            });
    WholeNumber.bound(options, "num_predict", chat.sampling().maxTokens());
    body.set("options", options);
  }

  private void addSampling(ObjectNode options, Sampling sampling) {
    set(options, "num_predict", sampling.maxTokens());
    set(options, "temperature", sampling.temperature());
    set(options, "top_p", sampling.topP());
    set(options, "top_k", sampling.topK());
    set(options, "seed", sampling.seed());
    set(options, "frequency_penalty", sampling.frequencyPenalty());
    set(options, "presence_penalty", sampling.presencePenalty());
    List<String> stop = sampling.stop();
    if (!stop.isEmpty()) {
      ArrayNode sequences = options.putArray("stop");
      stop.forEach(sequences::add);
    }
  }

  private static void set(ObjectNode options, String name, @Nullable Long value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  private static void set(ObjectNode options, String name, @Nullable BigDecimal value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  /** Most models think or do not; those of OpenAI have levels. */
  private void addThinking() {
    Reasoning reasoning = chat.reasoning();
    if (reasoning == null) {
      return;
    }
    String effort = reasoning.effort();
    Long budget = reasoning.budgetTokens();
    boolean none = "none".equals(effort) || (budget != null && budget == 0);
    if (!none && effort != null && deployment.model().startsWith("gpt-oss")) {
      body.put("think", effort);
    } else if (none || effort != null || budget != null || reasoning.adaptive()) {
      body.put("think", !none);
    }
  }

  /** Instructions are sentences of their own, where other texts are one that came in pieces. */
  String instructions(List<Part> parts, @Nullable ArrayNode images) {
    return parts.stream()
        .map(part -> text(List.of(part), images))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n\n"));
  }

  /**
   * Adds the base64 of images, and gives the text of the parts that are read.
   *
   * @param images null where none can be
   */
  String text(List<Part> parts, @Nullable ArrayNode images) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text said -> text.append(said.text());
        case Part.Refusal refusal -> text.append(refusal.text());
        case Part.Image image -> addImage(images, image);
        case Part.Document document -> {
          if (document.source() instanceof Source.Plain plain) {
            text.append(plain.text());
          } else {
            Unsupported.refuseContent(request, deployment, "documents other than text");
          }
        }
        case Part.Audio audio -> {
          if (audio.transcript() == null) {
            Unsupported.refuseContent(request, deployment, "audio");
          } else {
            text.append(audio.transcript());
          }
        }
        case Part.Video _ -> Unsupported.refuseContent(request, deployment, "video");
        case Part.ToolCall _,
            Part.ToolResult _,
            Part.Thinking _,
            Part.RedactedThinking _,
            Part.Foreign _ -> {
          // calls, results and thoughts have a place of their own; the rest is another provider's
        }
      }
    }
    return text.toString();
  }

  private void addImage(@Nullable ArrayNode images, Part.Image image) {
    if (images != null && image.source() instanceof Source.Data data) {
      images.add(data.base64());
    } else {
      // Ollama fetches nothing, and neither do we on a client's word.
      Unsupported.refuseContent(request, deployment, "images that are not in the message itself");
    }
  }
}
