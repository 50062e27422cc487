package dev.tollgate.wire.openai;

import dev.tollgate.model.Usage;

/** Writes figures as chat completions have them. */
final class ChatUsage {
  private ChatUsage() {}

  /** Appends {@code {"prompt_tokens":…}}. */
  static void write(Usage usage, StringBuilder out) {
    out.append("{\"completion_tokens\":").append(usage.outputTokens());
    out.append(",\"prompt_tokens\":").append(usage.inputTokens());
    out.append(",\"total_tokens\":").append(usage.totalTokens());
    out.append(",\"completion_tokens_details\":{\"reasoning_tokens\":")
        .append(usage.reasoningTokens());
    if (usage.outputAudioTokens() > 0) {
      out.append(",\"audio_tokens\":").append(usage.outputAudioTokens());
    }
    if (usage.outputImageTokens() > 0) {
      out.append(",\"image_tokens\":").append(usage.outputImageTokens());
    }
    out.append("},\"prompt_tokens_details\":{\"cached_tokens\":").append(usage.cachedTokens());
    if (usage.inputAudioTokens() > 0) {
      out.append(",\"audio_tokens\":").append(usage.inputAudioTokens());
    }
    if (usage.inputImageTokens() > 0) {
      out.append(",\"image_tokens\":").append(usage.inputImageTokens());
    }
    if (usage.webSearches() > 0) {
      out.append(",\"web_search_requests\":").append(usage.webSearches());
    }
    if (usage.cacheWriteTokens() > 0) {
      out.append(",\"cache_creation_tokens\":").append(usage.cacheWriteTokens());
    }
    out.append('}');
    if (usage.cacheWriteTokens() > 0) {
      out.append(",\"cache_creation_input_tokens\":").append(usage.cacheWriteTokens());
    }
    if (usage.cachedTokens() > 0) {
      out.append(",\"cache_read_input_tokens\":").append(usage.cachedTokens());
    }
    out.append('}');
  }
}
