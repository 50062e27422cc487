package dev.tollgate.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call of a provider's own API, as its path says. What was authorised is what is sent: the path
 * is kept as it came, and only the model in it can be replaced.
 *
 * @param mount what the client's path begins with, {@code /anthropic}
 * @param method the HTTP method
 * @param dialect the dialect in which the gateway itself answers
 * @param asked what it is; {@link Operation#PASS_THROUGH} where that is not known
 * @param before the path below the mount, up to the model; all of it if it names none
 * @param after what follows the model
 * @param model the model in the path, decoded; null if it names none
 * @param query what goes to the provider of the query: nothing that could be a credential, and of a
 *     WebSocket not the model
 * @param exact whether the path stands behind the base address as it is, versions and all
 * @param form whether its head says that its body is a form ({@code multipart/form-data})
 */
public record PassThrough(
    String mount,
    String method,
    Dialect dialect,
    Operation asked,
    String before,
    String after,
    @Nullable String model,
    String query,
    boolean exact,
    boolean form) {
  /** A version of an API within the first two segments of a path. */
  private static final Pattern VERSIONED = Pattern.compile("(/[^/]+)?/v[0-9]+[a-z0-9]*(/.*)?");

  private static final Pattern HARMLESS =
      Pattern.compile(
          "(/[^/]+)?(/v[0-9]+[a-z0-9]*)?/(models(/[^/]+)?|(de)?tokenize|check-api-key)");

  private static final Pattern VERSION = Pattern.compile("/v[0-9]+[a-z0-9]*$");

  /**
   * What Bedrock serves on a host of its own, with the signature of the other: the paths of its <a
   * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Agents_for_Amazon_Bedrock_Runtime.html">Agents
   * Runtime API</a>.
   */
  private static final Pattern BEDROCK_AGENTS =
      Pattern.compile(
          "/(agents|flows|generateQuery|knowledgebases|optimize-prompt|rerank|retrieveAndGenerate"
              + "|retrieveAndGenerateStream|sessions)(/.*)?");

  private static final String BEDROCK_HOST = "bedrock-runtime";
  private static final String BEDROCK_AGENTS_HOST = "bedrock-agent-runtime";

  /** The same with a form for a body. */
  PassThrough ofForm() {
    return new PassThrough(mount, method, dialect, asked, before, after, model, query, exact, true);
  }

  /**
   * Whether it touches nothing that is stored: lists of models, counts of tokens. A tuned model is
   * stored, and deleted by the path under which it is shown.
   */
  public boolean isHarmless() {
    return !method.equals("DELETE") && HARMLESS.matcher(before).matches();
  }

  /** The path below the mount, with this model in the place of the one in it. */
  public String rest(String otherModel) {
    return model == null ? before : before + encoded(otherModel) + after;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether it is a WebSocket, whose model the query names. */
  public boolean isSocket() {
    return asked == Operation.PASS_THROUGH_SOCKET;
  }

  /**
   * Where it goes at a provider. A base address that ends with a version gives way to the version
   * in the path, and one that the path repeats is not doubled.
   *
   * @param base the provider's base address, its path without a slash at the end
   */
  Address below(Address base, String otherModel) {
    int question = base.target().indexOf('?');
    String own = question < 0 ? base.target() : base.target().substring(0, question);
    String root = own.equals("/") ? "" : own;
    String rest = rest(otherModel);
    String path;
    if (exact) {
      path = root + rest;
    } else if (rest.startsWith(root + "/")) {
      path = rest;
    } else if (VERSIONED.matcher(rest).matches()) {
      path = VERSION.matcher(root).replaceFirst("") + rest;
    } else {
      path = root + rest;
    }
    String parameters = withDefaults(question < 0 ? "" : base.target().substring(question + 1));
    if (isSocket()) {
      parameters += (parameters.isEmpty() ? "" : "&") + "model=" + encoded(otherModel);
    }
    String whole = path.isEmpty() ? "/" : path;
    return server(base).withTarget(parameters.isEmpty() ? whole : whole + "?" + parameters);
  }

  /** An address that the operator gave, such as a private endpoint's, serves all. */
  private Address server(Address base) {
    boolean agents =
        mount.equals(Mount.BEDROCK.path())
            && BEDROCK_AGENTS.matcher(before).matches()
            && base.host().startsWith(BEDROCK_HOST);
    return agents
        ? base.withHost(BEDROCK_AGENTS_HOST + base.host().substring(BEDROCK_HOST.length()))
        : base;
  }

  /** The query, with what the base address says where the client says nothing. */
  private String withDefaults(String defaults) {
    StringBuilder all = new StringBuilder(query);
    for (String parameter : defaults.split("&", -1)) {
      String name = parameter.substring(0, parameter.indexOf('=') + 1);
      if (!name.isEmpty() && !query.startsWith(name) && !query.contains("&" + name)) {
        all.append(all.isEmpty() ? "" : "&").append(parameter);
      }
    }
    return all.toString();
  }
}
