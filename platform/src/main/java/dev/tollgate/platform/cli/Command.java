package dev.tollgate.platform.cli;

import java.io.IOException;

/** One command of the program. Stateless. */
interface Command {
  /** What it understands; its name is in there too. */
  Grammar grammar();

  /**
   * Does it.
   *
   * @return the exit status: 0 fine, 1 a check or a call failed
   * @throws UsageException for status 2
   * @throws IOException when a file or the input cannot be read or written; status 1
   */
  int run(Arguments given, Shell shell) throws IOException;
}
