package dev.tollgate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code model_list}. Values are String, Boolean, Long, BigInteger, BigDecimal, List
 * and Map; keys without a value are left out. Numbers that LiteLLM knows by name are Long or
 * BigDecimal even if they were written as text; prices are BigDecimal. Of the parameters, LiteLLM's
 * own that are not supported yet are left out. Immutable.
 *
 * @param modelName {@code model_name}, the model group
 * @param litellmParams {@code litellm_params}, {@code model} always among them
 * @param modelInfo {@code model_info}, empty if there is none
 * @param unserved why nobody can call it, though it is right; null if it is served
 * @param position where the entry stands
 */
public record ModelEntry(
    String modelName,
    Map<String, Object> litellmParams,
    Map<String, Object> modelInfo,
    @Nullable String unserved,
    Position position) {

  /**
   * What is sent to the provider where the client sent nothing: the parameters that are none of
   * LiteLLM's own, {@code temperature} and the like.
   */
  public Map<String, Object> requestDefaults() {
    Map<String, Object> defaults = new LinkedHashMap<>();
    litellmParams.forEach(
        (key, value) -> {
          if (Vocabulary.LITELLM.ofLitellm(key) == null) {
            defaults.put(key, value);
          }
        });
    return Collections.unmodifiableMap(defaults);
  }

  /** Not the parameters: they hold credentials. */
  @Override
  public String toString() {
    return "ModelEntry[" + modelName + " at " + position + "]";
  }
}
