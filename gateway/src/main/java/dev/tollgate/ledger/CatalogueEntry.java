package dev.tollgate.ledger;

import dev.tollgate.model.Pricing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue knows about a model.
 *
 * @param model its name there, with or without a provider in front
 * @param provider {@code litellm_provider}, empty if unknown
 * @param mode {@code mode}, empty if unknown
 * @param inputTokensMax {@code max_input_tokens}
 * @param outputTokensMax {@code max_output_tokens}
 * @param supports what it can do, in the catalogue's words: {@code tools}, {@code vision}
 * @param pricing null if it is not priced by tokens or requests
 * @param source where the facts are from, null if not on record
 */
public record CatalogueEntry(
    String model,
    String provider,
    String mode,
    @Nullable Long inputTokensMax,
    @Nullable Long outputTokensMax,
    List<String> supports,
    @Nullable Pricing pricing,
    @Nullable String source) {

  /** The facts besides prices under LiteLLM's names, as {@code /model/info} shows them. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("key", model);
    if (!provider.isEmpty()) {
      facts.put("litellm_provider", provider);
    }
    if (!mode.isEmpty()) {
      facts.put("mode", mode);
    }
    if (inputTokensMax != null) {
      facts.put("max_input_tokens", inputTokensMax);
    }
    if (outputTokensMax != null) {
      facts.put("max_output_tokens", outputTokensMax);
      facts.put("max_tokens", outputTokensMax);
    }
    for (String able : supports) {
      facts.put("supports_" + (able.equals("tools") ? "function_calling" : able), true);
    }
    return facts;
  }
}
