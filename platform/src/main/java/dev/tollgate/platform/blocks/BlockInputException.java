package dev.tollgate.platform.blocks;

/** A block was given a value that it cannot work with; nothing was sent for it. */
public final class BlockInputException extends IllegalArgumentException {
  private static final int FOUND_CHARS_MAX = 80;

  private final String field;

  /**
   * Names the input, what it held and what it should hold.
   *
   * @param field the name of the input
   * @param found what was there, cut to 80 characters; never a key
   * @param expected what would have been right
   */
  public BlockInputException(String field, String found, String expected) {
    super(field + ": found " + cut(found) + ", expected " + expected);
    this.field = field;
  }

  /** The name of the input. */
  public String field() {
    return field;
  }

  private static String cut(String text) {
    return text.length() <= FOUND_CHARS_MAX ? text : text.substring(0, FOUND_CHARS_MAX) + "…";
  }
}
