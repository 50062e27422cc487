package dev.tollgate.model;

/**
 * Carries a {@link Failure} up to the one place that answers it. Has no stack trace: it is an
 * answer, not a bug.
 */
public final class FailureException extends RuntimeException {
  private final transient Failure failure;

  public FailureException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
