package dev.tollgate.app;

import java.util.List;

/** {@code tollgate version}. */
final class VersionCommand {
  private static final Grammar GRAMMAR =
      Grammar.of(
          "version",
          "",
          List.of("Print the version of Tollgate, of Java and of what it is compatible with."),
          List.of(Flag.HELP));

  private VersionCommand() {}

  static int run(List<String> words, Shell shell) {
    Arguments given = GRAMMAR.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(GRAMMAR);
    }
    given.operands(0, 0);
    shell
        .out()
        .printf(
            "tollgate %s (LiteLLM Proxy 1.106.2 compatible), Java %s%n",
            Version.current(), Runtime.version());
    return 0;
  }
}
