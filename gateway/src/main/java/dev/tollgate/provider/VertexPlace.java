package dev.tollgate.provider;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A project and a location of Vertex AI.
 *
 * @param version {@code v1} or {@code v1beta1}
 */
record VertexPlace(String project, String location, String version) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9:.-]{0,98}[a-z0-9])?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final String CLAUDE = "claude";

  /** Models of other makers, which have addresses and dialects of their own. */
  private static final Pattern PARTNER =
      Pattern.compile(
          "(meta|mistralai|deepseek-ai|qwen|openai|moonshotai|minimaxai|zai-org|xai|agent_engine"
              + "|vertex_ai)/.*|(mistral|codestral|jamba|llama|imagen|imagegeneration|veo|lyria"
              + "|text-bison|chat-bison|code-bison|text-unicorn|semantic-ranker).*");

  /**
   * Where a deployment is.
   *
   * @throws IllegalArgumentException if no project is named, or a name could be no part of a host
   */
  static VertexPlace of(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    String location =
        first(
            environment,
            new String[] {params.text("vertex_location"), params.text("vertex_ai_location")},
            "VERTEXAI_LOCATION",
            "VERTEX_LOCATION");
    String project =
        first(
            environment,
            new String[] {params.text("vertex_project"), params.text("vertex_ai_project")},
            "VERTEXAI_PROJECT");
    GoogleIdentity.Search search = new GoogleIdentity.Search(params, environment);
    if (project == null) {
      project = search.identity().project();
    }
    if (project == null) {
      project = Deployments.variable(environment, "GOOGLE_CLOUD_PROJECT");
    }
    if (project == null) {
      throw new PlaceMissing(
          "vertex_project: required for '"
              + row.prefix()
              + "' (or set VERTEXAI_PROJECT or GOOGLE_CLOUD_PROJECT)",
          search.named() != null);
    }
    String place = location == null ? "us-central1" : location;
    if (!NAME.matcher(place).matches() || place.indexOf('.') >= 0 || place.indexOf(':') >= 0) {
      throw new IllegalArgumentException("vertex_location: expected a region such as us-central1");
    }
    if (!NAME.matcher(project).matches()) {
      throw new IllegalArgumentException("vertex_project: expected the id of a project");
    }
    return new VertexPlace(project, place, row.prefix().endsWith("_beta") ? "v1beta1" : "v1");
  }

  private static @Nullable String first(
      Function<String, @Nullable String> environment,
      @Nullable String[] given,
      String... variables) {
    for (String value : given) {
      if (value != null) {
        return value;
      }
    }
    for (String variable : variables) {
      String value = Deployments.variable(environment, variable);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** The address of a model, to which its methods are added. */
  String base(String model) {
    String place =
        "https://"
            + host()
            + "/"
            + version
            + "/projects/"
            + project
            + "/locations/"
            + location
            + "/";
    if (NUMBER.matcher(model).matches()) {
      return place + "endpoints/" + model;
    }
    String encoded =
        URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20").replace("%40", "@");
    return place
        + "publishers/"
        + (isClaude(model) ? "anthropic" : "google")
        + "/models/"
        + encoded;
  }

  private String host() {
    return switch (location) {
      case "global" -> "aiplatform.googleapis.com";
      case "us", "eu" -> "aiplatform." + location + ".rep.googleapis.com";
      default -> location + "-aiplatform.googleapis.com";
    };
  }

  static boolean isClaude(String model) {
    return model.startsWith(CLAUDE);
  }

  static boolean isPartner(String model) {
    return PARTNER.matcher(model).matches();
  }
}
