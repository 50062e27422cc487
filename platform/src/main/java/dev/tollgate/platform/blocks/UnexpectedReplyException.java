package dev.tollgate.platform.blocks;

/** A 2xx answer that is no chat completion: a field is missing or of another kind. */
public final class UnexpectedReplyException extends RuntimeException {
  private final String field;

  UnexpectedReplyException(String field, String found, String expected) {
    super("the answer's " + field + ": found " + found + ", expected " + expected);
    this.field = field;
  }

  /** Where in the answer, such as {@code choices}. */
  public String field() {
    return field;
  }
}
