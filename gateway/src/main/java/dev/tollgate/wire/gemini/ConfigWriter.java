package dev.tollgate.wire.gemini;

import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.WholeNumber;
import dev.tollgate.wire.openai.ChatNames;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code generationConfig} and what stands beside it. */
final class ConfigWriter {
  private static final String SCHEMA = "responseJsonSchema";

  /** What a client may say in Google's own words, which then win. */
  private static final Set<String> OF_CONFIG =
      Set.of(
          "temperature",
          "topP",
          "topK",
          "candidateCount",
          "maxOutputTokens",
          "stopSequences",
          "seed",
          "presencePenalty",
          "frequencyPenalty",
          "responseLogprobs",
          "responseMimeType",
          "responseSchema",
          SCHEMA,
          "responseModalities",
          "mediaResolution",
          "speechConfig",
          "imageConfig",
          "thinkingConfig",
          "audioTimestamp",
          "routingConfig",
          "modelSelectionConfig",
          "enableEnhancedCivicAnswers",
          "enableAffectiveDialog");

  private static final Set<String> OF_REQUEST =
      Set.of("safetySettings", "cachedContent", "labels", "toolConfig", "modelArmorConfig");

  /** What Responses says beside what chat completions say; the rest has been taken. */
  private static final Set<String> OF_RESPONSES =
      Set.of(
          "include",
          "truncation",
          "previous_response_id",
          "background",
          "conversation",
          "max_tool_calls",
          "prompt",
          "input",
          "instructions",
          "text",
          "reasoning",
          "max_output_tokens");

  private ConfigWriter() {}

  /** Puts a chat's parameters into a request. */
  static void write(Chat chat, Generation generation, ObjectNode request) {
    ObjectNode config = Nodes.object();
    writeSampling(config, chat.sampling(), generation);
    writeFormat(config, chat.format(), generation);
    ObjectNode thinking = ThinkingConfig.write(chat.reasoning(), generation);
    if (thinking != null) {
      config.set("thinkingConfig", thinking);
    }
    chat.extras().forEach((name, value) -> writeExtra(config, request, name, value));
    Integer choices = chat.sampling().choices();
    WholeNumber.bound(config, "maxOutputTokens", chat.sampling().maxTokens());
    if (choices != null || config.has("candidateCount")) {
      WholeNumber.bound(config, "candidateCount", choices == null ? 1L : Long.valueOf(choices));
    }
    if (!config.isEmpty()) {
      request.set("generationConfig", config);
    }
  }

  private static void writeSampling(ObjectNode config, Sampling asked, Generation generation) {
    put(config, "temperature", asked.temperature());
    if (asked.temperature() == null && generation.thinksInLevels()) {
      // Google advises against any other; LiteLLM says so outright
      config.put("temperature", 1.0);
    }
    put(config, "topP", asked.topP());
    put(config, "topK", asked.topK());
    if (!asked.stop().isEmpty()) {
      ArrayNode stops = config.putArray("stopSequences");
      asked.stop().forEach(stops::add);
    }
    put(config, "seed", asked.seed());
    put(config, "frequencyPenalty", asked.frequencyPenalty());
    put(config, "presencePenalty", asked.presencePenalty());
    if (asked.logprobs() != null) {
      config.put("responseLogprobs", asked.logprobs().booleanValue());
    }
    if (asked.topLogprobs() != null) {
      config.put("logprobs", asked.topLogprobs().intValue());
    }
  }

  private static void put(ObjectNode config, String name, @Nullable BigDecimal value) {
    if (value != null) {
      config.put(name, value);
    }
  }

  private static void put(ObjectNode config, String name, @Nullable Long value) {
    if (value != null) {
      config.put(name, value.longValue());
    }
  }

  private static void writeFormat(
      ObjectNode config, @Nullable OutputFormat format, Generation generation) {
    switch (format) {
      case null -> {
        // nothing was said
      }
      case OutputFormat.Text _ -> config.put("responseMimeType", "text/plain");
      case OutputFormat.JsonObject _ -> config.put("responseMimeType", "application/json");
      case OutputFormat.JsonSchema schema -> {
        config.put("responseMimeType", "application/json");
        if (generation.takesJsonSchema()) {
          config.set(SCHEMA, schema.schema());
        } else {
          config.set("responseSchema", SchemaSubset.of(schema.schema(), "response_format.schema"));
        }
      }
    }
  }

  private static void writeExtra(
      ObjectNode config, ObjectNode request, String name, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    switch (name) {
      case "modalities" -> writeModalities(config, value);
      case "audio" -> writeVoice(config, value);
      case "generation_config", "generationConfig" -> {
        for (Map.Entry<String, JsonNode> member : Fields.of(value, name).node().properties()) {
          config.set(Nodes.camel(member.getKey()), member.getValue());
        }
      }
      default -> {
        String camel = Nodes.camel(name);
        if (OF_CONFIG.contains(camel)) {
          config.set(camel, value);
        } else if (OF_REQUEST.contains(camel)) {
          request.set(camel, value);
        } else if (!ChatNames.KNOWN.contains(name) && !OF_RESPONSES.contains(name)) {
          // LiteLLM passes on what OpenAI does not have; the provider judges it
          request.set(name, value);
        }
      }
    }
  }

  private static void writeModalities(ObjectNode config, JsonNode modalities) {
    ArrayNode upper = Nodes.array();
    if (!modalities.isArray()) {
      throw Fields.bad("modalities", "a list of text, image and audio");
    }
    for (JsonNode modality : modalities) {
      if (!modality.isString()) {
        throw Fields.bad("modalities", "a list of text, image and audio");
      }
      upper.add(modality.stringValue().toUpperCase(Locale.ROOT));
    }
    config.set("responseModalities", upper);
  }

  private static void writeVoice(ObjectNode config, JsonNode audio) {
    String voice = Fields.of(audio, "audio").text("voice");
    if (voice != null) {
      config
          .putObject("speechConfig")
          .putObject("voiceConfig")
          .putObject("prebuiltVoiceConfig")
          .put("voiceName", voice);
    }
  }
}
