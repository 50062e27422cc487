package matrix;

/** Something does not follow its specification; the message says what. */
final class Wrong extends RuntimeException {
  Wrong(String message) {
    super(message);
  }
}
