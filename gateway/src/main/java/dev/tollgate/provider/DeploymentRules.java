package dev.tollgate.provider;

import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Deployment.Sometimes;
import dev.tollgate.wire.openai.Quirk;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How bodies are edited for a deployment: the rules of its provider, its model and its entry. */
final class DeploymentRules {
  private DeploymentRules() {}

  /**
   * The rules of one deployment.
   *
   * @param row the provider in whose words its bodies are
   * @param model the name that the provider is sent
   * @param knownAs by which the rules for models are found: {@code base_model}, else {@code
   *     provider/model}
   * @param drop {@code litellm_settings.drop_params}, where the entry does not say it
   * @param priced whether the entry has prices of its own, which win over what a provider says
   */
  static BodyRules of(
      ProviderRow row, String model, String knownAs, Params params, boolean drop, boolean priced) {
    Map<String, String> renames = new LinkedHashMap<>(row.rules().renames());
    Set<String> unsupported = new LinkedHashSet<>(row.rules().unsupported());
    Set<String> asOne = new LinkedHashSet<>();
    Set<String> unreasoned = new LinkedHashSet<>();
    for (ProviderRow.ModelRules rule : row.modelRules()) {
      if (rule.match().matcher(knownAs).find()) {
        renames.putAll(rule.renames());
        unsupported.addAll(rule.unsupported());
        asOne.addAll(rule.sometimes().asOne());
        unreasoned.addAll(rule.sometimes().unreasoned());
      }
    }
    List<String> allowed = params.texts("allowed_openai_params");
    for (Set<String> names : List.of(unsupported, asOne, unreasoned)) {
      allowed.forEach(names::remove);
    }
    Set<String> dropped = new LinkedHashSet<>(row.rules().dropped());
    dropped.addAll(params.texts("additional_drop_params"));
    Map<String, Object> extraBody = new LinkedHashMap<>(params.map("extra_body"));
    Set<String> quirks = new LinkedHashSet<>(row.rules().quirks());
    if (allowed.contains("tool_choice")) {
      quirks.remove(Quirk.TOOL_CHOICE_UNNAMED);
    }
    if (priced) {
      quirks.remove(Quirk.COST_REPORTED);
    }
    if (row.style() == ProviderRow.Style.VERTEX && VertexPlace.isClaude(model)) {
      extraBody.putIfAbsent("anthropic_version", "vertex-2023-10-16");
      quirks.add(Quirk.MODEL_IN_PATH);
    }
    return new BodyRules(
        Collections.unmodifiableMap(renames),
        Collections.unmodifiableSet(unsupported),
        params.flag("drop_params", drop),
        Collections.unmodifiableSet(dropped),
        renamed(RequestDefaults.of(params.values()), renames),
        RequestDefaults.texts("extra_body", extraBody),
        !row.rules().developerKnown(),
        Collections.unmodifiableSet(quirks),
        new Sometimes(Collections.unmodifiableSet(asOne), Collections.unmodifiableSet(unreasoned)));
  }

  /** Under the provider's names; what the entry has under such a name itself wins. */
  private static Map<String, String> renamed(
      Map<String, String> defaults, Map<String, String> renames) {
    Map<String, String> renamed = new LinkedHashMap<>();
    defaults.forEach(
        (name, value) -> {
          String target = renames.getOrDefault(name, name);
          if (target.equals(name) || !defaults.containsKey(target)) {
            renamed.put(target, value);
          }
        });
    return Collections.unmodifiableMap(renamed);
  }
}
