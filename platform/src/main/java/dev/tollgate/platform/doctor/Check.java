package dev.tollgate.platform.doctor;

/**
 * One thing that was tried. Immutable.
 *
 * @param tried for people, such as {@code GET /models with the key}
 * @param got what came of it
 * @param change the one line to change; empty unless it failed
 */
public record Check(Verdict verdict, String tried, String got, String change) {

  /** How it went. */
  public enum Verdict {
    OK,
    /** Nothing is wrong, but it may explain something. */
    NOTE,
    FAILED,
    /** Not tried, because of what failed before or because nobody asked for it. */
    SKIPPED
  }

  static Check ok(String tried, String got) {
    return new Check(Verdict.OK, tried, got, "");
  }

  static Check note(String tried, String got) {
    return new Check(Verdict.NOTE, tried, got, "");
  }

  static Check failed(String tried, String got, String change) {
    return new Check(Verdict.FAILED, tried, got, change);
  }

  static Check skipped(String tried, String why) {
    return new Check(Verdict.SKIPPED, tried, why, "");
  }

  /** Whether something has to be changed. */
  public boolean hasFailed() {
    return verdict == Verdict.FAILED;
  }
}
