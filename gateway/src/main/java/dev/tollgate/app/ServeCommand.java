package dev.tollgate.app;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code tollgate serve}, and {@code tollgate} without a command. */
final class ServeCommand {
  private ServeCommand() {}

  static int run(List<String> words, Shell shell) {
    Arguments given = ServeFlags.GRAMMAR.read(words, shell.environment());
    if (!given.operands().isEmpty()) {
      throw misplaced(given.operands().getFirst());
    }
    if (given.has(Flag.HELP)) {
      return shell.explain(ServeFlags.GRAMMAR);
    }
    if (given.has(ServeFlags.VERSION)) {
      shell.out().println("tollgate " + Version.current());
      return 0;
    }
    return serve(ServeFlags.options(given), shell);
  }

  private static StartException misplaced(String word) {
    return ServeFlags.GRAMMAR.commands().stream().anyMatch(known -> known.getKey().equals(word))
        ? new StartException(
            "unexpected '" + word + "'; a command goes first, as in: tollgate " + word)
        : ServeFlags.GRAMMAR.unknownCommand(word);
  }

  /** Serves until the process is told to stop (Ctrl-C, SIGTERM), then drains. */
  private static int serve(ServeOptions options, Shell shell) {
    if (options.debug) {
      System.setProperty("tollgate.log.level", "DEBUG");
    }
    Assembly gateway = Assembly.start(options, shell.environment(), shell.out());
    gateway.banner().print(shell.out());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      gateway.close();
                      stopped.countDown();
                    }));
    try {
      stopped.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
