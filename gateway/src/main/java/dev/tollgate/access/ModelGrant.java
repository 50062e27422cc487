package dev.tollgate.access;

import java.util.Collection;
import java.util.Set;

/** Whether a list of models, wildcards and access groups covers a model. */
final class ModelGrant {
  /** LiteLLM's word for every model of the proxy. */
  static final String ALL_PROXY_MODELS = "all-proxy-models";

  /** LiteLLM's word for the models of the key's team. */
  static final String ALL_TEAM_MODELS = "all-team-models";

  private ModelGrant() {}

  /** Whether a list grants every model there is. */
  static boolean isAll(Set<String> granted) {
    return granted.isEmpty() || granted.contains(ALL_PROXY_MODELS) || granted.contains("*");
  }

  /** An empty list grants everything, as in LiteLLM. */
  static boolean covers(Set<String> granted, String model, Collection<String> accessGroups) {
    if (granted.isEmpty() || granted.contains(model) || granted.contains(ALL_PROXY_MODELS)) {
      return true;
    }
    for (String group : accessGroups) {
      if (granted.contains(group)) {
        return true;
      }
    }
    for (String entry : granted) {
      if (entry.indexOf('*') >= 0 && matches(entry, model)) {
        return true;
      }
    }
    return false;
  }

  /** Matches {@code *} with any text, in one pass: no pattern can make it slow. */
  static boolean matches(String pattern, String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (in < text.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        resume = in;
      } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
