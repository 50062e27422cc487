package dev.tollgate.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much a search on the web brings into the context, on which its price may depend. */
public enum SearchSize {
  LOW(Item.SEARCH_LOW),
  MEDIUM(Item.SEARCH_MEDIUM),
  HIGH(Item.SEARCH_HIGH);

  private final Item item;

  SearchSize(Item item) {
    this.item = item;
  }

  /** What a search of this size costs. */
  public Item item() {
    return item;
  }

  /** The size of this name, {@code search_context_size}; null if it is none. */
  public static @Nullable SearchSize of(@Nullable String word) {
    return word == null
        ? null
        : switch (word.toLowerCase(Locale.ROOT)) {
          case "low" -> LOW;
          case "medium" -> MEDIUM;
          case "high" -> HIGH;
          default -> null;
        };
  }
}
