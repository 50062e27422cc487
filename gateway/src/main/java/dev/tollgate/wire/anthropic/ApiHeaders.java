package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Secret;
import dev.tollgate.wire.openai.Quirk;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The API's version and the features in trial that a request asks for: the client's, the
 * operator's, and what its body needs. For one request and one thread.
 */
final class ApiHeaders {
  private static final String VERSION = "anthropic-version";
  private static final String BETA = "anthropic-beta";
  private static final String VERSION_DEFAULT = "2023-06-01";
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final int FEATURES_MAX = 50;

  private final Set<String> features = new LinkedHashSet<>();
  private final boolean versioned;
  private String version = VERSION_DEFAULT;

  ApiHeaders(Deployment deployment) {
    Secret own = deployment.headers().get(BETA);
    if (own != null) {
      add(own.reveal());
    }
    versioned = !deployment.rules().quirks().contains(Quirk.MODEL_IN_PATH);
    Secret ownVersion = deployment.headers().get(VERSION);
    if (ownVersion != null) {
      version = ownVersion.reveal();
    }
  }

  /** Takes the client's, if they are sound. */
  ApiHeaders client(Function<String, @Nullable String> headers) {
    String asked = headers.apply(VERSION);
    if (asked != null && DATE.matcher(asked).matches()) {
      version = asked;
    }
    String beta = headers.apply(BETA);
    if (beta != null) {
      add(beta);
    }
    return this;
  }

  /** Takes one or more features, with commas between. */
  ApiHeaders add(String list) {
    for (String feature : list.split(",", FEATURES_MAX + 1)) {
      String name = feature.strip();
      if (features.size() < FEATURES_MAX && FEATURE.matcher(name).matches()) {
        features.add(name);
      }
    }
    return this;
  }

  Map<String, String> map() {
    Map<String, String> map = new LinkedHashMap<>();
    if (versioned) {
      map.put(VERSION, version);
    }
    if (!features.isEmpty()) {
      map.put(BETA, String.join(",", features));
    }
    return map;
  }
}
