package dev.tollgate.provider;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of models: prices and facts. Has to be safe for several threads. */
public interface PricingLookup {
  /** The price of a model; {@code baseModel} is {@code model_info.base_model} and wins. */
  @Nullable Pricing find(String provider, String model, @Nullable String baseModel);

  /**
   * What one image costs by its quality and size, {@code hd/1024-x-1792} or the size alone, of
   * models that are not priced otherwise; empty if not known.
   */
  default Map<String, Price> images(String provider, String model, @Nullable String baseModel) {
    return Map.of();
  }

  /**
   * What a second of sound costs more by what is asked for beside, {@code diarize}; empty where it
   * has one price.
   */
  default Map<String, Price> features(String provider, String model) {
    return Map.of();
  }

  /** What a provider charges for tools that it runs itself, whatever the model. */
  default Map<Pricing.Name, Price> tools(String provider) {
    return Map.of();
  }

  /** What {@code /model/info} shows of a model besides its config, null if not known. */
  @Nullable Map<String, Object> facts(String provider, String model);

  /** The provider of a model named without one, null if not known. */
  default @Nullable String provider(String bareModel) {
    return null;
  }
}
