package dev.tollgate.provider;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which provider and which of its models {@code litellm_params.model} means.
 *
 * @param row the provider
 * @param model the model's name without the provider's prefix
 */
record Target(ProviderRow row, String model) {
  /** Names that are OpenAI's where no catalogue of models says so. */
  private static final Pattern OPENAI =
      Pattern.compile(
          "(ft:)?(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|davinci|babbage|codex-|computer-use)[^/]*");

  private static final String OPENAI_PREFIX = "openai";
  private static final String RESPONSES = "responses/";
  private static final List<String> MODEL_PREFIXES =
      List.of(RESPONSES, "o_series/", "gpt5_series/");

  /**
   * By {@code custom_llm_provider}, the prefix, the host of {@code api_base}, the catalogue of
   * models, in this order; {@code *} alone is OpenAI.
   *
   * @throws IllegalArgumentException with LiteLLM's words if none of them tells
   */
  static Target of(
      Catalogue catalogue,
      PricingLookup models,
      String model,
      @Nullable String customProvider,
      @Nullable String apiBase) {
    if (customProvider != null) {
      ProviderRow row = catalogue.row(customProvider);
      if (row == null) {
        throw new IllegalArgumentException(
            "custom_llm_provider: '" + customProvider + "' is no provider that is known");
      }
      return new Target(row, stripped(model, customProvider + "/"));
    }
    int slash = model.indexOf('/');
    ProviderRow row = slash > 0 ? catalogue.row(model.substring(0, slash)) : null;
    if (row != null) {
      return new Target(row, model.substring(slash + 1));
    }
    row = apiBase == null ? null : byHost(catalogue, apiBase);
    if (row == null) {
      row = byName(catalogue, models, model);
    }
    if (row == null) {
      throw new IllegalArgumentException(
          "model: LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You"
              + " passed model="
              + model);
    }
    return new Target(row, model);
  }

  private static String stripped(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static @Nullable ProviderRow byHost(Catalogue catalogue, String apiBase) {
    try {
      String host = URI.create(apiBase).getHost();
      return host == null ? null : catalogue.byHost(host);
    } catch (IllegalArgumentException _) {
      return null; // complained of where the address is read
    }
  }

  private static @Nullable ProviderRow byName(
      Catalogue catalogue, PricingLookup models, String model) {
    if (model.equals("*")
        || OPENAI.matcher(model).matches()
        || models.facts(OPENAI_PREFIX, model) != null) {
      return catalogue.row(OPENAI_PREFIX);
    }
    String provider = models.provider(model);
    return provider == null ? null : catalogue.row(provider);
  }

  /** The name that the provider is sent. */
  String sentModel() {
    String name = model;
    if (isOpenAi()) {
      for (String prefix : MODEL_PREFIXES) {
        name = stripped(name, prefix);
      }
    }
    if (row.style() == ProviderRow.Style.BEDROCK) {
      return BedrockName.of(name).id();
    }
    if (row.style() == ProviderRow.Style.VERTEX) {
      return stripped(name, "gemini/");
    }
    if (row.style() == ProviderRow.Style.RAGFLOW) {
      return name.substring(name.lastIndexOf('/') + 1);
    }
    if (row.style() == ProviderRow.Style.CLARIFAI && name.indexOf('/') < 0) {
      String[] parts = name.split("\\.", 3);
      return parts.length < 3
          ? name
          : "https://clarifai.com/" + parts[0] + "/" + parts[1] + "/models/" + parts[2];
    }
    boolean full = row.modelPrefix().isEmpty() || name.startsWith("accounts/");
    return full ? name : row.modelPrefix() + name;
  }

  /** Whether the operator asked for the Responses API by {@code responses/} before the model. */
  boolean isResponsesOnly() {
    return isOpenAi() && model.startsWith(RESPONSES);
  }

  /** Whether it is one of Vertex' models that speak their maker's dialect. */
  boolean isForeign() {
    if (row.style() == ProviderRow.Style.VERTEX) {
      return VertexPlace.isPartner(model);
    }
    return false;
  }

  /** Whether it is one of Anthropic's in Azure AI Foundry, which speak Anthropic's own dialect. */
  boolean isFoundryClaude() {
    return row.style() == ProviderRow.Style.AZURE_AI && model.startsWith("claude");
  }

  /** OpenAI's own models may name the API or the family before the model: {@code responses/o3}. */
  private boolean isOpenAi() {
    return row.style() == ProviderRow.Style.AZURE || row.prefix().equals(OPENAI_PREFIX);
  }
}
