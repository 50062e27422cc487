package dev.tollgate.app;

import java.io.PrintStream;

/**
 * What a command gets from the shell that it was started in.
 *
 * @param environment the process's variables
 * @param out for what was asked for
 * @param err for what went wrong
 */
record Shell(Environment environment, PrintStream out, PrintStream err) {
  /** Prints a help text and says that all is fine. */
  int explain(Grammar grammar) {
    out.print(grammar.help());
    return 0;
  }
}
