package dev.tollgate.config;

/**
 * What becomes of one key.
 *
 * @param status whether it does anything
 * @param path the key, {@code model_list[0].litellm_params.rpm}
 * @param position where the key stands
 * @param message what the operator should know; empty if nothing
 * @param changesBehaviour whether calls go otherwise than the operator asked because of it
 */
public record Finding(
    Status status, String path, Position position, String message, boolean changesBehaviour) {

  /** In the words of {@code tollgate check}. */
  public enum Status {
    USED("used"),
    NOT_YET("not supported yet"),
    UNKNOWN("unknown"),
    /** The section is set again in an included file; LiteLLM ignores the first one as well. */
    REPLACED("replaced");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
