package dev.tollgate.app;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tollgate serve}. */
@Command(name = "serve", description = "Serve until told to stop (the default).")
final class ServeCommand implements Callable<Integer> {
  @Mixin private final ServeOptions options = new ServeOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Override
  public Integer call() {
    return serve(options);
  }

  /** Serves until the process is told to stop (Ctrl-C, SIGTERM), then drains. */
  static int serve(ServeOptions options) {
    if (options.debug || options.detailedDebug) {
      System.setProperty("tollgate.log.level", "DEBUG");
    }
    Assembly gateway = Assembly.start(options, new Environment(System.getenv()), System.out);
    gateway.banner().print(System.out);
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
