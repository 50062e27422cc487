package dev.tollgate.platform.cli;

/** The command was used in the wrong way; the message says what is expected instead. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
