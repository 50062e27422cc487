package dev.tollgate.provider;

import dev.tollgate.model.Deployment.Sometimes;
import dev.tollgate.model.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One provider, as {@code providers.json} has it. Immutable.
 *
 * @param prefix the word before the slash in {@code litellm_params.model}
 * @param needs the dialect that is still missing for it; null for a provider that can be called.
 *     One with an address can be passed through to all the same
 * @param base default base address, {@code {NAME}} in it stands for an environment variable; null
 *     if the operator has to give one
 * @param baseSuffix what a base address has to end with, {@code /v1}; added where it is missing
 * @param query what goes to its own API where a client says nothing; empty for nothing
 * @param baseVariables environment variables with a base address, first one set wins
 * @param keyVariables environment variables with the credential, first one set wins
 * @param userVariable environment variable with the name that stands before the credential in Basic
 *     authentication; null where the credential is the name
 * @param keyDefault credential where none is given
 * @param keyOptional a deployment without credential is normal (a server of one's own)
 * @param envKeyForDefaultBaseOnly a credential from the environment goes to no other base address
 * @param auth how the credential is sent: {@code bearer}, {@code basic}, {@code key} (that word
 *     before it), {@code plain} (no word), {@code azure}, {@code azure_ai}, {@code anthropic},
 *     {@code aws}, {@code ibm}, else a header's name
 * @param style how addresses are formed
 * @param operations what it offers
 * @param paths paths below the base that differ from {@link Operation#path} {@code {model}} in one
 *     stands for the model's name
 * @param streamPaths the same for streams, where they go to another place
 * @param via the operation that stands for another, where it is not chat completions
 * @param headers headers of every request
 * @param headerVariables headers whose value an environment variable gives
 * @param hosts hosts of an {@code api_base} by which the provider is known without its prefix
 * @param modelPrefix put before a model's name that does not begin with {@code accounts/}
 * @param rules how a body is edited
 * @param modelRules further rules for some of its models
 * @param automatic whether its key in the environment makes a wildcard model by itself
 */
public record ProviderRow(
    String prefix,
    @Nullable String needs,
    @Nullable String base,
    String baseSuffix,
    String query,
    List<String> baseVariables,
    List<String> keyVariables,
    @Nullable String userVariable,
    @Nullable String keyDefault,
    boolean keyOptional,
    boolean envKeyForDefaultBaseOnly,
    String auth,
    Style style,
    Set<Operation> operations,
    Map<Operation, String> paths,
    Map<Operation, String> streamPaths,
    Map<Operation, Operation> via,
    Map<String, String> headers,
    Map<String, String> headerVariables,
    List<String> hosts,
    String modelPrefix,
    Rules rules,
    List<ModelRules> modelRules,
    boolean automatic) {

  /** How the addresses of a deployment are formed from its base address and model. */
  public enum Style {
    /** Base address and path. */
    PLAIN,
    /** {@code {base}/openai/deployments/{model}{path}?api-version=}. */
    AZURE,
    /** Azure AI Foundry: {@code /models} on its own hosts, the plain path elsewhere. */
    AZURE_AI,
    /** A model id of eight characters is a host of its own. */
    BASETEN,
    /** {@code user.app.model} becomes the model's address. */
    CLARIFAI,
    /** Amazon Bedrock: a host for each region, the model in the path. */
    BEDROCK,
    /** Vertex AI: by project and location, unless a base address names the model itself. */
    VERTEX,
    /** {@code chat/{id}/{model}} and {@code agent/{id}/{model}} are paths. */
    RAGFLOW
  }

  /**
   * Edits of a body; see {@link dev.tollgate.model.Deployment.BodyRules}.
   *
   * @param developerKnown the provider has the role {@code developer}
   */
  public record Rules(
      Map<String, String> renames,
      Set<String> unsupported,
      Set<String> dropped,
      boolean developerKnown,
      Set<String> quirks) {}

  /**
   * Edits for the models whose name matches.
   *
   * @param match found anywhere in {@code provider/model}, or in {@code base_model} where the entry
   *     has one
   * @param sometimes parameters that are taken in some requests
   */
  public record ModelRules(
      Pattern match, Map<String, String> renames, Set<String> unsupported, Sometimes sometimes) {}

  /** Whether Tollgate can call it. */
  public boolean callable() {
    return needs == null;
  }

  /** Whether its own API can be passed through to. */
  boolean passable() {
    return base != null || !baseVariables.isEmpty();
  }
}
