package dev.tollgate.model;

/**
 * Carries a {@link Failure} up to the one place that answers it. Has no stack trace: it is an
 * answer, not a bug.
 */
public final class FailureException extends RuntimeException {
  private final transient Failure failure;

  public FailureException(Failure failure) {
    this(failure, failure.message());
  }

  /**
   * @param detail what the log says in place of the failure's own message
   */
  public FailureException(Failure failure, String detail) {
    super(detail, null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
