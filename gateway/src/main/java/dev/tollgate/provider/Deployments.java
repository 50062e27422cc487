package dev.tollgate.provider;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Markup;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Signing;
import dev.tollgate.model.Wildcard;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes deployments from the entries of {@code model_list}. Immutable; safe for several threads.
 */
public final class Deployments {
  /** Who serves completions and chat at two endpoints, each with models of its own. */
  private static final Set<String> OPENAI_HOSTS = Set.of("openai", "azure");

  /** Provider of the built-in model that answers without any provider. */
  public static final String ECHO = "echo";

  /** Who hears sound that streams, and how the catalogue's names of it begin. */
  private static final String DEEPGRAM = "deepgram";

  private static final String STREAMING = "streaming/";

  private final Catalogue catalogue;
  private final Function<String, @Nullable String> environment;
  private final PricingLookup models;
  private final Defaults defaults;

  private final TokenClient tokenClient;
  private final Signings signings;

  /**
   * What holds for every deployment.
   *
   * @param dropParams {@code litellm_settings.drop_params}
   * @param litellmParams {@code router_settings.default_litellm_params}: where an entry has none
   * @param providers budgets of providers, by their prefix
   * @param ratesKept {@code enforce_model_rate_limits}: {@code rpm} and {@code tpm} are kept to
   * @param markups what is taken off and put on a provider's prices
   * @param entraOfEnvironment {@code enable_azure_ad_token_refresh}: entries for Azure without a
   *     credential use the identity of the gateway's surroundings
   */
  public record Defaults(
      boolean dropParams,
      Map<String, Object> litellmParams,
      Map<String, Scope> providers,
      boolean ratesKept,
      Function<String, Markup> markups,
      boolean entraOfEnvironment) {
    public static final Defaults NONE = new Defaults(false, Map.of());

    /** Without budgets and markups of providers. */
    public Defaults(boolean dropParams, Map<String, Object> litellmParams) {
      this(dropParams, litellmParams, Map.of(), false, _ -> Markup.NONE, false);
    }
  }

  /** An entry of {@code model_list} that nobody wrote. */
  public record AutoModel(String modelName, Map<String, Object> litellmParams) {}

  /** With token endpoints reached as providers are by default. */
  public Deployments(
      Catalogue catalogue,
      Function<String, @Nullable String> environment,
      PricingLookup models,
      Defaults defaults) {
    this(
        catalogue,
        environment,
        models,
        defaults,
        new TokenClient(HttpUpstream.Settings.DEFAULTS, environment));
  }

  /**
   * @param tokenClient that asks for the tokens of identities
   */
  public Deployments(
      Catalogue catalogue,
      Function<String, @Nullable String> environment,
      PricingLookup models,
      Defaults defaults,
      TokenClient tokenClient) {
    this.catalogue = catalogue;
    this.environment = environment;
    this.tokenClient = tokenClient;
    this.signings = new Signings(environment, tokenClient, defaults.entraOfEnvironment());
    this.models = models;
    this.defaults = defaults;
  }

  /**
   * Makes the source of one entry. {@code os.environ/} values are resolved already; null values
   * count as absent.
   *
   * @throws UnsupportedProvider if the provider's dialect is not supported yet
   * @throws IllegalArgumentException naming the parameter and what was expected; never a value that
   *     could be a credential
   */
  public DeploymentSource build(
      String modelName, Map<String, ?> litellmParams, Map<String, ?> modelInfo) {
    Params params = Params.of(litellmParams, defaults.litellmParams());
    Params info = Params.of(modelInfo, Map.of());
    String model = params.text("model");
    if (model == null) {
      throw new IllegalArgumentException("model: expected provider/model");
    }
    String ownId = info.text("id");
    var entry = new Entry(modelName, params, info, ownId == null ? id(modelName, params) : ownId);
    if (modelName.indexOf('*') >= 0) {
      return new WildcardSource(this, entry, Wildcard.of(modelName), model);
    }
    if (model.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "model: a '*' stands for what '*' in model_name matched, and model_name has none");
    }
    Made made = make(entry, model);
    return new ExactSource(modelName, made.deployment(), made.warnings());
  }

  /**
   * The models that a gateway without {@code model_list} offers: a wildcard for each provider whose
   * key is in the environment ({@code openai/*}), for OpenAI also every name without a provider
   * ({@code *}); where there is no key at all, {@code echo}.
   */
  public List<AutoModel> fromEnvironment() {
    List<AutoModel> found = new ArrayList<>();
    for (ProviderRow row : catalogue.rows()) {
      boolean keyed =
          row.keyVariables().stream().anyMatch(name -> variable(environment, name) != null);
      if (row.callable() && row.automatic() && keyed && hasBase(row)) {
        String pattern = row.prefix() + "/*";
        found.add(new AutoModel(pattern, Map.of("model", pattern)));
      }
    }
    if (variable(environment, "OPENAI_API_KEY") != null) {
      found.add(new AutoModel("*", Map.of("model", "openai/*")));
    }
    return found.isEmpty()
        ? List.of(new AutoModel(ECHO, Map.of("model", ECHO + "/" + ECHO)))
        : List.copyOf(found);
  }

  private boolean hasBase(ProviderRow row) {
    return row.base() != null
        || row.baseVariables().stream().anyMatch(name -> variable(environment, name) != null);
  }

  /**
   * What is wrong with an entry whose model only a call will name; looks for no prices, of which
   * there are none.
   */
  List<String> warnings(Entry entry, String probe) {
    PricingLookup providers = new ProvidersOnly(models::provider);
    return new Deployments(catalogue, environment, providers, defaults, tokenClient)
        .make(entry, probe)
        .warnings();
  }

  /** An entry as it stands, its id settled. */
  record Entry(String modelName, Params params, Params info, String id) {}

  /** A deployment, and what the operator should know of it. */
  record Made(Deployment deployment, List<String> warnings) {}

  Made make(Entry entry, String model) {
    Params params = entry.params();
    Object mock = params.value("mock_response");
    String mockText = mock == null || mock instanceof String ? (String) mock : Json.text(mock);
    if (model.startsWith(ECHO + "/")) {
      return new Made(
          withoutProvider(entry, ECHO, model.substring(ECHO.length() + 1), model, mockText),
          List.of());
    }
    Target target =
        Target.of(
            catalogue, models, model, params.text("custom_llm_provider"), params.text("api_base"));
    ProviderRow row = target.row();
    boolean passes = params.flag("use_in_pass_through", false) && row.passable();
    if ((!row.callable() && !passes) || target.isForeign()) {
      if (mockText != null) {
        return new Made(
            withoutProvider(entry, row.prefix(), target.model(), model, mockText), List.of());
      }
      String dialect = row.needs() == null ? "anthropic" : row.needs();
      throw new UnsupportedProvider(row.prefix(), dialect);
    }
    return call(entry, target, model, mockText);
  }

  private Made call(Entry entry, Target target, String litellmModel, @Nullable String mock) {
    ProviderRow row = target.row();
    Params params = entry.params();
    String model = target.sentModel();
    boolean pathInModel =
        row.style() == ProviderRow.Style.RAGFLOW || row.style() == ProviderRow.Style.BEDROCK;
    Addresses addresses =
        Addresses.of(row, pathInModel ? target.model() : model, params, environment);
    Credential credential = Credential.of(target, addresses, params, environment);
    Signing signing = signings.of(target, params, credential);
    var offered = new LinkedHashMap<>(addresses.byOperation());
    if (row.style() == ProviderRow.Style.BEDROCK
        && (!BedrockName.of(model).isClaude() || litellmModel.contains("/converse/"))) {
      offered.remove(Operation.INVOKE);
    }
    if (OPENAI_HOSTS.contains(row.prefix()) && "chat".equals(modeOf(row, target))) {
      offered.remove(Operation.COMPLETION); // it only chats: the prompt becomes a message
    }
    if (target.isResponsesOnly()) {
      offered.keySet().retainAll(Set.of(Operation.RESPONSES));
    }
    if (row.style() == ProviderRow.Style.VERTEX) {
      Dialect spoken = VertexPlace.isClaude(model) ? Dialect.ANTHROPIC : Dialect.GEMINI;
      offered.keySet().removeIf(operation -> operation.dialect() != spoken);
    }
    boolean claude = target.isFoundryClaude();
    if (row.style() == ProviderRow.Style.AZURE_AI) {
      offered.keySet().removeIf(operation -> (operation.dialect() == Dialect.ANTHROPIC) != claude);
    }
    String baseModel = baseModel(entry);
    ProviderRow spoken = claude ? Objects.requireNonNull(catalogue.row("anthropic")) : row;
    Deployment deployment =
        new Deployment(
            entry.id(),
            entry.modelName(),
            row.prefix(),
            model,
            litellmModel,
            addresses.base(),
            mock == null
                ? Routes.of(row.via(), offered, addresses.streams(), addresses.root(row))
                : Routes.ofMock(),
            credential.headers(),
            signing,
            DeploymentRules.of(
                spoken,
                model,
                baseModel == null ? row.prefix() + "/" + target.model() : baseModel,
                params,
                defaults.dropParams(),
                PriceKeys.priceCalls(entry.params().values(), entry.info().values())),
            pricing(entry, row.prefix(), knownAs(target)),
            DeploymentScopes.limits(entry, row.prefix(), litellmModel, defaults),
            params.texts("tags"),
            mock,
            info(entry, row.prefix(), knownAs(target)));
    return new Made(deployment, mock == null ? warnings(credential, signing) : List.of());
  }

  private static List<String> warnings(Credential credential, @Nullable Signing signing) {
    if (credential.missing().isEmpty() || (signing != null && !Signings.isOfMachine(signing))) {
      return List.of();
    }
    return List.of(
        "api_key: none is given, and "
            + String.join(" or ", credential.missing())
            + " is not set"
            + (signing == null ? "" : "; the machine's own identity will be used"));
  }

  private @Nullable Object modeOf(ProviderRow row, Target target) {
    Map<String, Object> facts = models.facts(row.prefix(), target.model());
    return facts == null ? null : facts.get("mode");
  }

  /** The name by which prices and facts are found. */
  private String knownAs(Target target) {
    if (target.row().prefix().equals(DEEPGRAM)) {
      return STREAMING + target.model(); // what is recorded has other prices, and is not served
    }
    if (target.row().style() != ProviderRow.Style.BEDROCK) {
      return target.model();
    }
    String id = BedrockName.of(target.model()).id();
    boolean known = models.facts(target.row().prefix(), id) != null;
    return known ? id : BedrockName.priced(id);
  }

  private Deployment withoutProvider(
      Entry entry, String provider, String model, String litellmModel, @Nullable String mock) {
    return new Deployment(
        entry.id(),
        entry.modelName(),
        provider,
        model,
        litellmModel,
        "",
        Routes.ofMock(),
        Map.of(),
        null,
        BodyRules.NONE,
        pricing(entry, provider, model),
        DeploymentScopes.limits(entry, provider, litellmModel, defaults),
        entry.params().texts("tags"),
        mock,
        info(entry, provider, model));
  }

  /** Which model a deployment is of, where its own name does not tell. */
  private static @Nullable String baseModel(Entry entry) {
    String named = entry.info().text("base_model");
    return named == null ? entry.params().text("base_model") : named;
  }

  private @Nullable Pricing pricing(Entry entry, String provider, String model) {
    String baseModel = baseModel(entry);
    Pricing known = models.find(provider, model, baseModel);
    if (known == null) {
      Map<String, Price> images = models.images(provider, model, baseModel);
      known = images.isEmpty() ? null : Pricing.ofImages(images);
    }
    if (known != null) {
      known = known.withFeatures(models.features(provider, model));
    }
    Pricing pricing =
        PriceKeys.of(entry.params().values(), entry.info().values(), known, models.tools(provider));
    Markup markup = defaults.markups().apply(provider);
    return pricing == null || markup.isNone() ? pricing : pricing.with(markup);
  }

  private Map<String, Object> info(Entry entry, String provider, String model) {
    Map<String, Object> info = new LinkedHashMap<>();
    Map<String, Object> facts = models.facts(provider, model);
    if (facts != null) {
      info.putAll(facts);
    }
    info.putIfAbsent("litellm_provider", provider);
    info.putAll(entry.info().values());
    info.put("id", entry.id());
    info.putIfAbsent("db_model", false);
    return Collections.unmodifiableMap(info);
  }

  static @Nullable String variable(
      Function<String, @Nullable String> environment, String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /**
   * The same for the same entry after every restart, whatever the order of its keys; two entries
   * that differ only in their key differ, since they are two accounts. A budget that is changed
   * keeps what was spent.
   */
  private static String id(String modelName, Params params) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Map<String, Object> values = new TreeMap<>(params.values());
      values.keySet().removeAll(DeploymentScopes.BUDGET);
      Object ordered = List.of(modelName, values);
      return HexFormat.of()
          .formatHex(digest.digest(Json.text(ordered).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** One deployment for all names. */
  private record ExactSource(String pattern, Deployment deployment, List<String> warnings)
      implements DeploymentSource {
    @Override
    public boolean wildcard() {
      return false;
    }

    @Override
    public Deployment forModel(String requested) {
      return deployment;
    }
  }
}
