package dev.tollgate.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How fast a provider serves a call, where it has prices for that. */
public enum ServiceTier {
  STANDARD(""),
  BATCH("_batches"),
  FLEX("_flex"),
  PRIORITY("_priority"),
  ULTRAFAST("_ultrafast"),
  BALANCED("_balanced");

  private final String suffix;

  ServiceTier(String suffix) {
    this.suffix = suffix;
  }

  /** What LiteLLM's names of its prices end with. */
  public String suffix() {
    return suffix;
  }

  /**
   * The tier that a provider or a client names; what has no price of its own (default, scale,
   * reserved) is the standard one.
   *
   * @param word null if it says nothing
   * @return null for {@code auto}, which leaves it open
   */
  public static @Nullable ServiceTier of(@Nullable String word) {
    return word == null
        ? null
        : switch (word.toLowerCase(Locale.ROOT)) {
          case "auto" -> null;
          case "batch" -> BATCH;
          case "flex", "on_demand_flex" -> FLEX;
          case "priority", "fast", "on_demand_priority" -> PRIORITY;
          case "ultrafast" -> ULTRAFAST;
          case "balanced" -> BALANCED;
          default -> STANDARD;
        };
  }
}
