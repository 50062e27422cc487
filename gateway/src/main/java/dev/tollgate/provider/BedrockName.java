package dev.tollgate.provider;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model of Bedrock's as operators write it: {@code converse/us.amazon.nova-lite-v1:0}, {@code
 * us-west-2/anthropic.claude-v2}, an ARN.
 *
 * @param id what Bedrock is told
 * @param region the region in the name; null if it has none
 */
record BedrockName(String id, @Nullable String region) {
  private static final Pattern REGION = Pattern.compile("([a-z]{2}(?:-[a-z]+){1,2}-[0-9])/(.+)");
  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:(?:bedrock|sagemaker):([a-z0-9-]+):.*");
  private static final Pattern GEOGRAPHY =
      Pattern.compile("(?:us|us-gov|eu|apac|jp|au|ca|global)\\.(.+)");
  private static final List<String> ROUTES = List.of("converse/", "converse_like/", "invoke/");
  private static final List<String> REGION_VARIABLES =
      List.of("AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION");
  private static final String REGION_DEFAULT = "us-west-2";

  static BedrockName of(String name) {
    String id = name;
    for (String route : ROUTES) {
      if (id.startsWith(route)) {
        id = id.substring(route.length());
      }
    }
    Matcher arn = ARN.matcher(id);
    if (arn.matches()) {
      return new BedrockName(id, arn.group(1));
    }
    Matcher region = REGION.matcher(id);
    return region.matches()
        ? new BedrockName(region.group(2), region.group(1))
        : new BedrockName(id, null);
  }

  /** The name without the geography that its calls may spread over, as price lists have it. */
  static String priced(String id) {
    Matcher spread = GEOGRAPHY.matcher(id);
    return spread.matches() ? spread.group(1) : id;
  }

  /** Whether it is one of Anthropic's, which Bedrock also serves in Anthropic's own dialect. */
  boolean isClaude() {
    return id.contains("anthropic.") || id.contains("claude");
  }

  /** The region of its calls: the entry's, the name's, the environment's, LiteLLM's default. */
  String region(Params params, Function<String, @Nullable String> environment) {
    String given = params.text("aws_region_name");
    if (given == null) {
      given = region;
    }
    for (String variable : REGION_VARIABLES) {
      if (given == null) {
        given = Deployments.variable(environment, variable);
      }
    }
    return given == null ? REGION_DEFAULT : given;
  }

  /** The address of its runtime. */
  static String base(String region) {
    return "https://bedrock-runtime."
        + region
        + ".amazonaws.com"
        + (region.startsWith("cn-") ? ".cn" : "");
  }
}
