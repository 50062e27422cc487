package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Splice;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Edits a whole reply in one scan. For one reply and one thread. */
public final class ReplyEdit {
  private static final String THINK_OPEN = "<think>";
  private static final String THINK_CLOSE = "</think>";

  private final Request request;
  private final Deployment deployment;
  private final @Nullable String shownModel;
  private final byte[] body;
  private final Splice splice;
  private final Set<String> quirks;
  private boolean output;
  private boolean modelSeen;
  private @Nullable String id;
  private @Nullable Usage usage;
  private @Nullable ServiceTier tier;
  private final ToolCalls tools = new ToolCalls();
  private @Nullable ProviderError error;

  private ReplyEdit(
      Request request, Deployment deployment, @Nullable String shownModel, byte[] body) {
    this.request = request;
    this.deployment = deployment;
    this.shownModel = shownModel;
    this.body = body;
    this.splice = new Splice(body, 0, body.length);
    this.quirks = deployment.rules().quirks();
  }

  /**
   * Edits a reply.
   *
   * @throws FailureException with an {@code UpstreamBroken} if it is no reply of the operation
   */
  public static WholeReply edit(
      Request request, Deployment deployment, @Nullable String shownModel, byte[] body) {
    return new ReplyEdit(request, deployment, shownModel, body).edit();
  }

  private WholeReply edit() {
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw unusable("the reply is not a JSON object");
      }
      readMembers(scan);
      if (scan.next() != null) {
        throw unusable("the reply has content after its JSON object");
      }
    } catch (JacksonException notJson) {
      throw unusable("the reply is not JSON");
    }
    if (!output) {
      String message = error == null ? null : error.message();
      throw unusable(message == null ? "the reply has no '" + outputName() + "'" : message);
    }
    byte[] edited = splice.isEmpty() ? body : splice.apply();
    edited = editTree(edited);
    boolean counts = request.operation().writesText() && WholeReply.counts(usage);
    return new WholeReply(edited, served(), id, counts ? TextGather.of(edited) : TextSample.NONE);
  }

  /** The figures with what the reply says beside them. */
  private @Nullable Usage served() {
    if (usage == null) {
      Usage ran = tools.in(Usage.NONE);
      return ran.equals(Usage.NONE) ? null : ran;
    }
    return tools.in(usage).served(tier);
  }

  private void readMembers(JsonScan scan) {
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> {
          id = value == JsonToken.VALUE_STRING ? scan.text() : id;
          scan.skip();
        }
        case "model" -> readModel(scan, value);
        case "choices" -> readChoices(scan, value);
        case "data", "output" -> {
          output |= name.equals(outputName()) && value == JsonToken.START_ARRAY;
          if (name.equals("output")) {
            tools.readOutput(scan, value);
          } else if (value == JsonToken.START_ARRAY && VectorsScan.applies(request, deployment)) {
            VectorsScan.read(scan, splice);
          } else {
            scan.skip();
          }
        }
        case "usage" -> {
          if (value == JsonToken.START_OBJECT) {
            usage = UsageReader.read(scan.parser(), request.operation().writesText()).usage();
          } else {
            scan.skip();
          }
        }
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            error = ProviderError.ofValue(scan.parser(), value);
          }
        }
        case "service_tier" -> readServiceTier(scan, value);
        default -> scan.skip();
      }
    }
    if (!modelSeen && shownModel != null && output) {
      // Some providers do not say; LiteLLM always does.
      StringBuilder model = new StringBuilder(",\"model\":");
      JsonText.quote(model, shownModel);
      splice.insert(scan.start(), model.toString().getBytes(UTF_8));
    }
  }

  private void readModel(JsonScan scan, JsonToken value) {
    modelSeen = true;
    int from = scan.start();
    if (shownModel != null && value == JsonToken.VALUE_STRING) {
      splice.replace(from, scan.stringEnd(from), JsonText.quote(shownModel));
    } else if (shownModel != null && value == JsonToken.VALUE_NULL) {
      splice.replace(from, from + "null".length(), JsonText.quote(shownModel));
    } else {
      scan.skip();
    }
  }

  private void readChoices(JsonScan scan, JsonToken value) {
    if (value != JsonToken.START_ARRAY || !outputName().equals("choices")) {
      scan.skip();
      return;
    }
    output = true;
    new ChoicesScan(quirks, request.operation() == Operation.CHAT, null).read(scan, splice);
  }

  private void readServiceTier(JsonScan scan, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      tier = ServiceTier.of(scan.text());
    }
    if (value == JsonToken.VALUE_STRING && quirks.contains(Quirk.SERVICE_TIER_AUTO)) {
      int from = scan.start();
      splice.replace(from, scan.stringEnd(from), JsonText.quote("auto"));
    } else {
      scan.skip();
    }
  }

  /** The edits that need a tree; most deployments have none. */
  private byte[] editTree(byte[] reply) {
    if (quirks.isEmpty() || request.operation() != Operation.CHAT) {
      return reply;
    }
    byte[] edited = reply;
    if (SchemaAsTool.applies(request, deployment)) {
      edited = SchemaAsTool.undo(edited);
    }
    if (quirks.contains(Quirk.THINKING_PARTS)) {
      edited = ThinkingParts.flatten(edited);
    }
    if (quirks.contains(Quirk.THINK_TAGS)) {
      edited = splitThinking(edited);
    }
    return edited;
  }

  private static byte[] splitThinking(byte[] reply) {
    if (!(JsonTree.read(reply) instanceof ObjectNode tree)) {
      return reply;
    }
    boolean changed = false;
    for (JsonNode choice : tree.path("choices")) {
      if (choice.get("message") instanceof ObjectNode message
          && !message.hasNonNull("reasoning_content")) {
        String content = message.path("content").asString("");
        int close = content.indexOf(THINK_CLOSE);
        if (content.startsWith(THINK_OPEN) && close >= 0) {
          message.put("reasoning_content", content.substring(THINK_OPEN.length(), close));
          message.put("content", content.substring(close + THINK_CLOSE.length()));
          changed = true;
        }
      }
    }
    return changed ? JsonTree.write(tree) : reply;
  }

  private String outputName() {
    return switch (request.operation()) {
      case CHAT, COMPLETION -> "choices";
      case EMBEDDING -> "data";
      case RESPONSES, RESPONSE_COMPACT -> "output";
      case MESSAGES,
          RESPONSE_INPUT_TOKENS,
          RESPONSE_READ,
          RESPONSE_DELETE,
          RESPONSE_CANCEL,
          RESPONSE_INPUT_ITEMS,
          PASS_THROUGH,
          PASS_THROUGH_FREE,
          PASS_THROUGH_SOCKET,
          COUNT_TOKENS,
          GENERATE_CONTENT,
          CONVERSE,
          INVOKE,
          COHERE_CHAT,
          OLLAMA_CHAT,
          OLLAMA_GENERATE,
          COHERE_EMBED,
          OLLAMA_EMBED,
          GEMINI_EMBED,
          GEMINI_EMBED_ONE,
          GEMINI_COUNT,
          BEDROCK_EMBED,
          RERANK,
          MODERATION,
          IMAGE_GENERATION,
          IMAGE_EDIT,
          IMAGE_VARIATION,
          SPEECH,
          TRANSCRIPTION,
          TRANSLATION ->
          throw new IllegalStateException("not of OpenAI's dialects: " + request.operation());
    };
  }

  private FailureException unusable(String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }
}
