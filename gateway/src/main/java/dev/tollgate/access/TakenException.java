package dev.tollgate.access;

/** Another key has this secret or alias. An answer, not a bug: it has no stack trace. */
public final class TakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is taken. */
  public enum Field {
    KEY,
    ALIAS
  }

  private final Field field;

  public TakenException(Field field) {
    super(
        field == Field.KEY ? "the key exists already" : "the alias is in use", null, false, false);
    this.field = field;
  }

  public Field field() {
    return field;
  }
}
