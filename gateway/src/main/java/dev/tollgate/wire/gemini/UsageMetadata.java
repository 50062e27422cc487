package dev.tollgate.wire.gemini;

import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code usageMetadata}. Google counts thoughts beside the candidates, as a rule, and the results
 * of its own tools beside the prompt; both are in our totals.
 */
final class UsageMetadata {
  private UsageMetadata() {}

  /** The figures; null if none of them is above zero: then nothing was counted. */
  static @Nullable Usage read(JsonNode metadata, long webSearches) {
    long prompt = Nodes.count(metadata, "promptTokenCount");
    long tools = Nodes.count(metadata, "toolUsePromptTokenCount");
    long candidates = Nodes.count(metadata, "candidatesTokenCount");
    if (candidates == 0) {
      candidates = Nodes.count(metadata, "responseTokenCount");
    }
    long thoughts = Nodes.count(metadata, "thoughtsTokenCount");
    long total = Nodes.count(metadata, "totalTokenCount");
    boolean thoughtsWithin = thoughts <= candidates && prompt + tools + candidates == total;
    long input = prompt + tools;
    long output = thoughtsWithin ? candidates : candidates + thoughts;
    if (input == 0 && output > 0) {
      input = Math.max(0, total - output);
    } else if (output == 0 && input > 0) {
      output = Math.max(0, total - input);
    }
    if (input + output + webSearches == 0) {
      return null;
    }
    JsonNode in = details(metadata, "promptTokensDetails", "");
    JsonNode cached = details(metadata, "cacheTokensDetails", "");
    JsonNode out = details(metadata, "candidatesTokensDetails", "responseTokensDetails");
    return new Usage(
            input,
            output,
            Math.min(Nodes.count(metadata, "cachedContentTokenCount"), input),
            0,
            Math.min(of(in, "AUDIO"), input),
            Math.min(thoughts, output),
            Math.min(of(out, "AUDIO"), output),
            false,
            Math.min(of(in, "IMAGE"), input),
            Math.min(of(out, "IMAGE"), output),
            webSearches)
        .with(
            Usage.Detail.of(
                0, of(cached, "AUDIO"), of(cached, "IMAGE"), served(metadata), null, null));
  }

  /** Vertex AI's word for how fast it served, or that of Google AI Studio. */
  private static @Nullable ServiceTier served(JsonNode metadata) {
    String traffic = Nodes.text(metadata, "trafficType");
    return ServiceTier.of(traffic == null ? Nodes.text(metadata, "serviceTier") : traffic);
  }

  private static JsonNode details(JsonNode metadata, String name, String other) {
    JsonNode details = Nodes.member(metadata, name);
    if (details == null && !other.isEmpty()) {
      details = Nodes.member(metadata, other);
    }
    return details == null ? Nodes.array() : details;
  }

  private static long of(JsonNode details, String modality) {
    long tokens = 0;
    for (JsonNode detail : details) {
      if (modality.equals(Nodes.text(detail, "modality"))) {
        tokens += Nodes.count(detail, "tokenCount");
      }
    }
    return tokens;
  }

  static ObjectNode write(Usage usage) {
    ObjectNode metadata = Nodes.object();
    metadata.put("promptTokenCount", usage.inputTokens());
    metadata.put("candidatesTokenCount", usage.outputTokens() - usage.reasoningTokens());
    metadata.put("totalTokenCount", usage.totalTokens());
    if (usage.reasoningTokens() > 0) {
      metadata.put("thoughtsTokenCount", usage.reasoningTokens());
    }
    if (usage.cachedTokens() > 0) {
      metadata.put("cachedContentTokenCount", usage.cachedTokens());
    }
    if (usage.inputAudioTokens() + usage.inputImageTokens() > 0) {
      writeDetails(
          metadata.putArray("promptTokensDetails"),
          usage.inputTokens(),
          usage.inputAudioTokens(),
          usage.inputImageTokens());
    }
    if (usage.outputAudioTokens() + usage.outputImageTokens() > 0) {
      writeDetails(
          metadata.putArray("candidatesTokensDetails"),
          usage.outputTokens() - usage.reasoningTokens(),
          usage.outputAudioTokens(),
          usage.outputImageTokens());
    }
    return metadata;
  }

  private static void writeDetails(ArrayNode details, long all, long audio, long image) {
    add(details, "TEXT", all - audio - image);
    add(details, "AUDIO", audio);
    add(details, "IMAGE", image);
  }

  private static void add(ArrayNode details, String modality, long tokens) {
    if (tokens > 0) {
      details.add(Nodes.object().put("modality", modality).put("tokenCount", tokens));
    }
  }
}
