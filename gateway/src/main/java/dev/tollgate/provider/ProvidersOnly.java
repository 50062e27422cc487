package dev.tollgate.provider;

import dev.tollgate.model.Pricing;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows no prices.
 *
 * @param providers of models named without one
 */
public record ProvidersOnly(Function<String, @Nullable String> providers) implements PricingLookup {
  /** Knows nothing. */
  public static final PricingLookup NONE = new ProvidersOnly(_ -> null);

  @Override
  public @Nullable Pricing find(String provider, String model, @Nullable String baseModel) {
    return null;
  }

  @Override
  public @Nullable Map<String, Object> facts(String provider, String model) {
    return null;
  }

  @Override
  public @Nullable String provider(String bareModel) {
    return providers.apply(bareModel);
  }
}
