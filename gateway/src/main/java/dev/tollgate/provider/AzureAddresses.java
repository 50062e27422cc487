package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where Azure OpenAI and Azure AI Foundry have their operations, and of which API version. */
final class AzureAddresses {
  private static final String AZURE_VERSION = "2025-02-01-preview";
  private static final String FOUNDRY_VERSION = "2024-05-01-preview";
  private static final Pattern DATED = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?");

  private AzureAddresses() {}

  /**
   * The configured version; for transcriptions none that is older than LiteLLM's, which overlooks
   * the configured one: deployments work with it today.
   */
  private static String version(Operation operation, @Nullable String version) {
    boolean old =
        operation == Operation.TRANSCRIPTION
            && version != null
            && DATED.matcher(version).matches()
            && version.compareTo(AZURE_VERSION) < 0;
    return version == null || old ? AZURE_VERSION : version;
  }

  static String openAi(
      String base, String model, Operation operation, String path, @Nullable String configured) {
    String version = version(operation, configured);
    boolean unversioned =
        version.equals("v1") || version.equals("latest") || version.equals("preview");
    if (unversioned || base.endsWith("/openai/v1")) {
      String root = base.endsWith("/openai/v1") ? base : base + "/openai/v1";
      return root + path + (version.equals("preview") ? "?api-version=preview" : "");
    }
    String query = "?api-version=" + Addresses.encoded(version);
    if (operation.dialect() == Dialect.RESPONSES) {
      int deployments = base.indexOf("/openai/deployments/");
      String root = deployments < 0 ? base : base.substring(0, deployments);
      return root + "/openai" + path + query;
    }
    return base.contains("/openai/deployments/")
        ? base + path + query
        : base + "/openai/deployments/" + Addresses.encoded(model) + path + query;
  }

  static String foundry(String base, String path, @Nullable String version) {
    if (isFoundry(base) && !base.contains("/models") && !base.contains("/openai")) {
      return base
          + "/models"
          + path
          + "?api-version="
          + Addresses.encoded(version == null ? FOUNDRY_VERSION : version);
    }
    return base + path + (version == null ? "" : "?api-version=" + Addresses.encoded(version));
  }

  /** Anthropic's API stands beside that of all other models. */
  static String foundryAnthropic(String base, String path) {
    int own = base.indexOf("/anthropic");
    return (own < 0 ? base : base.substring(0, own)) + "/anthropic/v1" + path;
  }

  /** Whether a base address is one of Azure's own, which take the key in {@code api-key}. */
  static boolean isFoundry(String base) {
    String host = Address.of(base).host().toLowerCase(Locale.ROOT);
    return host.endsWith(".services.ai.azure.com") || host.endsWith(".openai.azure.com");
  }
}
