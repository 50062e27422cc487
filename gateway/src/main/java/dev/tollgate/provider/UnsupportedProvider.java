package dev.tollgate.provider;

/**
 * A provider that is known by name, but whose dialect Tollgate does not speak yet. The rest of a
 * config can still be served, so it is told apart from a mistake.
 */
public final class UnsupportedProvider extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnsupportedProvider(String provider, String dialect) {
    super(
        "model: the provider '"
            + provider
            + "' is known, but its dialect ("
            + dialect
            + ") is not supported yet");
  }
}
