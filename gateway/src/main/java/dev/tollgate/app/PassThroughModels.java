package dev.tollgate.app;

import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ModelEntry;
import dev.tollgate.config.PassThroughEndpoint;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.provider.DeploymentSource;
import dev.tollgate.provider.Deployments;
import dev.tollgate.provider.OwnEndpoint;
import dev.tollgate.provider.PlaceMissing;
import dev.tollgate.routing.RoutingTable;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What serves calls of providers' own APIs: the models of {@code model_list} by their names, and
 * for all other names the entry with {@code use_in_pass_through}, else the credential in the
 * environment.
 */
final class PassThroughModels {
  private static final String MARK = "use_in_pass_through";

  /** What an entry says of its one model, and not of the account. */
  private static final Pattern OF_ONE_MODEL =
      Pattern.compile(
          "model|.*cost.*|mock_.*|rpm|tpm|weight|order|tags|max_parallel_requests|"
              + MARK
              + "|custom_llm_provider");

  /** Other prefixes under which the same API stands. */
  private static final Map<String, Set<String>> ALSO =
      Map.of("cohere", Set.of("cohere_chat"), "hosted_vllm", Set.of("vllm"));

  /** Whose clients may bring a key of their own. */
  private static final Set<Mount> OF_CLIENTS = Set.of(Mount.ANTHROPIC, Mount.GEMINI);

  private static final String ASSEMBLYAI = "assemblyai";

  /** What an entry calls a provider whose own API is not that of its chat. */
  private static final Map<String, String> MARKED_AS =
      Map.of("assemblyai_api", ASSEMBLYAI, "assemblyai_api_eu", ASSEMBLYAI);

  private final Deployments deployments;
  private final Config config;
  private final List<PassThroughEndpoint> own;

  /**
   * @param own the operator's own endpoints
   */
  PassThroughModels(Deployments deployments, Config config, List<PassThroughEndpoint> own) {
    this.deployments = deployments;
    this.config = config;
    this.own = own;
  }

  /**
   * The entries; those of {@code sources} stand for themselves.
   *
   * @param notes what the operator should know is added: which mounts are shut by a mistake
   */
  List<RoutingTable.Entry> entries(List<DeploymentSource> sources, List<String> notes) {
    List<RoutingTable.Entry> entries = new ArrayList<>();
    for (Mount mount : Mount.values()) {
      boolean listed = false;
      for (DeploymentSource source : sources) {
        Deployment deployment = source.wildcard() ? null : source.forModel(source.pattern());
        if (deployment != null && serves(mount, deployment)) {
          Deployment only = deployment.only(Operation.PASS_THROUGH);
          String name = RoutingTable.below(mount.path(), source.pattern());
          entries.add(new RoutingTable.Entry(name, false, _ -> only));
          listed = true;
        }
      }
      DeploymentSource rest = rest(mount, listed, notes);
      boolean keyed = rest != null && rest.warnings().isEmpty();
      if (rest != null && (keyed || OF_CLIENTS.contains(mount))) {
        String below =
            RoutingTable.below(keyed ? mount.path() : RoutingTable.keyless(mount.path()), "");
        entries.add(
            new RoutingTable.Entry(
                below + "*",
                true,
                name ->
                    rest.forModel(mount.provider() + "/" + name.substring(below.length()))
                        .only(Operation.PASS_THROUGH)));
      }
    }
    for (PassThroughEndpoint each : own) {
      String below = RoutingTable.below(each.path(), "");
      served(each, ""); // a mistake shows when it is loaded, not at a call
      entries.add(
          new RoutingTable.Entry(
              below + "*", true, name -> served(each, name.substring(below.length()))));
    }
    return entries;
  }

  private Deployment served(PassThroughEndpoint endpoint, String model) {
    BigDecimal usual = config.general().passThroughTimeout();
    Duration timeout =
        endpoint.timeout() != null || usual == null
            ? endpoint.timeout()
            : Duration.ofMillis(usual.movePointRight(3).longValue());
    StringBuilder target = new StringBuilder(endpoint.target().reveal());
    endpoint
        .queryDefaults()
        .forEach(
            (name, value) ->
                target
                    .append(target.indexOf("?") < 0 ? '?' : '&')
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    try {
      return OwnEndpoint.of(
          endpoint.path(),
          target.toString(),
          endpoint.headers(),
          endpoint.headersForwarded(),
          endpoint.costPerRequest(),
          timeout,
          model);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigException(
          endpoint.position(),
          "pass_through_endpoints " + endpoint.path(),
          String.valueOf(wrong.getMessage()));
    }
  }

  private static boolean serves(Mount mount, Deployment deployment) {
    return deployment.mockResponse() == null
        && (deployment.provider().equals(mount.provider())
            || ALSO.getOrDefault(mount.provider(), Set.of()).contains(deployment.provider()));
  }

  /**
   * Whatever has no entry of its own; null where it cannot be served.
   *
   * @param listed whether some model is
   */
  private @Nullable DeploymentSource rest(Mount mount, boolean listed, List<String> notes) {
    String pattern = mount.provider() + "/*";
    Map<String, Object> params = new HashMap<>();
    boolean marked = false;
    for (ModelEntry entry : config.models()) {
      if (isMarked(entry, mount)) {
        marked = true;
        entry
            .litellmParams()
            .forEach(
                (name, value) -> {
                  if (!OF_ONE_MODEL.matcher(name).matches()) {
                    params.put(name, value);
                  }
                });
        break;
      }
    }
    params.put("model", pattern);
    params.put(MARK, true);
    if (config.general().passThroughTimeout() != null) {
      params.putIfAbsent("timeout", config.general().passThroughTimeout());
    }
    try {
      return deployments.build(pattern, params, Map.of());
    } catch (PlaceMissing missing) {
      // of most providers an operator has neither a credential nor an address
      if (marked || (missing.keyed() && !listed)) {
        note(mount, missing, notes);
      }
    } catch (IllegalArgumentException wrong) {
      note(mount, wrong, notes);
    }
    return null;
  }

  private static void note(Mount mount, IllegalArgumentException why, List<String> notes) {
    notes.add("pass-through below " + mount.path() + " is not open: " + why.getMessage());
  }

  private static boolean isMarked(ModelEntry entry, Mount mount) {
    Map<String, Object> params = entry.litellmParams();
    String name = MARKED_AS.getOrDefault(mount.provider(), mount.provider());
    boolean named =
        name.equals(params.get("custom_llm_provider"))
            || String.valueOf(params.get("model")).startsWith(name + "/");
    boolean european = String.valueOf(params.get("api_base")).contains(".eu.");
    return named
        && entry.unserved() == null
        && Boolean.TRUE.equals(params.get(MARK))
        && (!name.equals(ASSEMBLYAI) || european == (mount == Mount.ASSEMBLYAI_EU));
  }
}
