package dev.tollgate.platform.client;

/** An argument that no call can be made with. Its message names the field and shows no key. */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Says which field, what was found, without any secret, and what is expected.
   *
   * @param field as the caller knows it
   */
  public BadInputException(String field, String found, String expected) {
    super(field + ": found " + found + ", expected " + expected);
    this.field = field;
  }

  /** The field to change. */
  public String field() {
    return field;
  }
}
