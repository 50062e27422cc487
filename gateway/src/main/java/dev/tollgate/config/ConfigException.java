package dev.tollgate.config;

/**
 * A file that cannot be used as it stands. The message names file, line and key, what was found and
 * what was expected; it never shows a value that may be a secret.
 */
public final class ConfigException extends RuntimeException {
  private final transient Position position;
  private final String path;
  private final String message;

  /**
   * Refuses a file.
   *
   * @param path the key, {@code general_settings.max_parallel_requests}; empty if it is none's
   */
  public ConfigException(Position position, String path, String problem) {
    super(null, null, false, false);
    this.message = position + ": " + (path.isEmpty() ? "" : path + ": ") + problem;
    this.position = position;
    this.path = path;
  }

  @Override
  public String getMessage() { // never null, unlike its parent's
    return message;
  }

  public Position position() {
    return position;
  }

  public String path() {
    return path;
  }
}
