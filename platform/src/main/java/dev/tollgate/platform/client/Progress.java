package dev.tollgate.platform.client;

import java.io.PrintStream;

/** Hears how far a backfill is. Called by one thread at a time. */
@FunctionalInterface
public interface Progress {

  /** So many of all texts are done, with success or without. */
  void done(int done, int failed, int total);

  /** Hears nothing. */
  static Progress silent() {
    return (_, _, _) -> {};
  }

  /**
   * One line that is written over again and again, as a terminal can; elsewhere nothing.
   *
   * @param terminal whether {@code out} is one
   */
  static Progress line(PrintStream out, boolean terminal) {
    if (!terminal) {
      return silent();
    }
    return (done, failed, total) -> {
      out.printf(
          "\r%d/%d embedded%s", done - failed, total, failed == 0 ? "" : ", " + failed + " failed");
      if (done == total) {
        out.println();
      }
      out.flush();
    };
  }
}
