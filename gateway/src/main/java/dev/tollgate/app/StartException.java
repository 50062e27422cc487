package dev.tollgate.app;

/**
 * Something that the operator has to change before the gateway can start; the message says what.
 */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  StartException(String message) {
    this(message, 2);
  }

  StartException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** Exit status of the process. */
  int status() {
    return status;
  }
}
