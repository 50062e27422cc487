package dev.tollgate.platform.settings;

/** A setting that cannot be used. Its message names the variable and never shows a key. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String variable;

  /**
   * Says what is wrong and what to change.
   *
   * @param variable the variable's or the file's name
   * @param found what stands there, without any secret
   * @param expected what has to stand there
   */
  public SettingsException(String variable, String found, String expected) {
    super(variable + ": found " + found + ", expected " + expected);
    this.variable = variable;
  }

  /** The variable (or file) to change. */
  public String variable() {
    return variable;
  }
}
