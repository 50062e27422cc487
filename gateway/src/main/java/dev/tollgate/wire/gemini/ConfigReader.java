package dev.tollgate.wire.gemini;

import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.wire.json.Fields;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Reads {@code generationConfig}.
 *
 * @param extras what the common language has no word for, by OpenAI's names
 */
record ConfigReader(
    Sampling sampling,
    @Nullable OutputFormat format,
    @Nullable Reasoning reasoning,
    Map<String, JsonNode> extras) {
  private static final int CHOICES_MAX = 128;

  static ConfigReader read(Fields body) {
    Fields config = body.object(Nodes.spelt(body, "generationConfig"));
    if (config == null) {
      return new ConfigReader(Sampling.NONE, null, null, Map.of());
    }
    Fields thinking = config.object(Nodes.spelt(config, "thinkingConfig"));
    return new ConfigReader(
        sampling(config),
        format(config),
        thinking == null ? null : ThinkingConfig.read(thinking),
        extras(config));
  }

  private static Sampling sampling(Fields config) {
    return new Sampling(
        whole(config, "maxOutputTokens"),
        number(config, "temperature"),
        number(config, "topP"),
        number(config, "topK"),
        config.texts(Nodes.spelt(config, "stopSequences")),
        whole(config, "seed"),
        number(config, "frequencyPenalty"),
        number(config, "presencePenalty"),
        small(config, "candidateCount"),
        config.flag(Nodes.spelt(config, "responseLogprobs")),
        small(config, "logprobs"),
        null);
  }

  private static @Nullable BigDecimal number(Fields config, String name) {
    return config.number(Nodes.spelt(config, name));
  }

  private static @Nullable Long whole(Fields config, String name) {
    return config.whole(Nodes.spelt(config, name));
  }

  private static @Nullable Integer small(Fields config, String name) {
    Long value = whole(config, name);
    if (value != null && (value < 0 || value > CHOICES_MAX)) {
      throw config.refused(name, "a whole number from 0 to " + CHOICES_MAX);
    }
    return value == null ? null : value.intValue();
  }

  private static @Nullable OutputFormat format(Fields config) {
    String type = config.text(Nodes.spelt(config, "responseMimeType"));
    JsonNode schema = config.get(Nodes.spelt(config, "responseJsonSchema"));
    JsonNode subset = config.get(Nodes.spelt(config, "responseSchema"));
    JsonNode wanted =
        schema != null ? schema : subset == null ? null : ToolsReader.jsonSchema(subset);
    if (wanted != null) {
      return new OutputFormat.JsonSchema("response", null, wanted, null);
    }
    return "application/json".equals(type) ? new OutputFormat.JsonObject() : null;
  }

  private static Map<String, JsonNode> extras(Fields config) {
    List<String> modalities = config.texts(Nodes.spelt(config, "responseModalities"));
    if (modalities.isEmpty() || modalities.stream().allMatch("TEXT"::equalsIgnoreCase)) {
      return Map.of();
    }
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    ArrayNode lower = Nodes.array();
    modalities.forEach(modality -> lower.add(modality.toLowerCase(Locale.ROOT)));
    extras.put("modalities", lower);
    return extras;
  }
}
