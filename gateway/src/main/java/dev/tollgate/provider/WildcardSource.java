package dev.tollgate.provider;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Wildcard;
import java.util.List;

/**
 * Makes a deployment for each name: what each {@code *} of the name stood for is put into the
 * model.
 */
final class WildcardSource implements DeploymentSource {
  /**
   * A name to try the entry with when it is loaded, so that a mistake shows then, not at a call.
   */
  private static final String PROBE = "probe";

  private final Deployments deployments;
  private final Deployments.Entry entry;
  private final Wildcard pattern;
  private final String model;
  private final List<String> warnings;

  WildcardSource(Deployments deployments, Deployments.Entry entry, Wildcard pattern, String model) {
    this.deployments = deployments;
    this.entry = entry;
    this.pattern = pattern;
    this.model = model;
    boolean open = model.equals("*"); // the provider is known only with the name
    this.warnings = open ? List.of() : deployments.warnings(entry, model.replace("*", PROBE));
  }

  @Override
  public String pattern() {
    return pattern.pattern();
  }

  @Override
  public boolean wildcard() {
    return true;
  }

  @Override
  public Deployment forModel(String requested) {
    List<String> captured = pattern.match(requested);
    if (captured == null) {
      throw new IllegalArgumentException("the model does not match " + pattern.pattern());
    }
    return deployments.make(entry, filled(requested, captured)).deployment();
  }

  private String filled(String requested, List<String> captured) {
    if (model.indexOf('*') < 0) {
      return model;
    }
    long stars = model.chars().filter(c -> c == '*').count();
    if (model.equals("*") || captured.size() > stars) {
      return requested; // LiteLLM's rule: nowhere to put all of it
    }
    StringBuilder filled = new StringBuilder();
    int from = 0;
    for (String text : captured) {
      int star = model.indexOf('*', from);
      filled.append(model, from, star);
      // "*" as openai/*: a caller may still write openai/gpt-4o, and means gpt-4o
      String before = filled.toString();
      boolean twice = before.endsWith("/") && text.startsWith(before);
      filled.append(twice ? text.substring(before.length()) : text);
      from = star + 1;
    }
    return filled.append(model.substring(from).replace("*", "")).toString();
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }
}
