package dev.tollgate.platform.cli;

import dev.tollgate.platform.client.CallLimits;
import dev.tollgate.platform.client.Clients;
import dev.tollgate.platform.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The flags by which commands find the settings, and what comes of them. */
final class Loading {
  static final Flag ENV_FILE =
      Flag.valued("env-file", "FILE", "Read this dotenv file instead of .env.");
  static final Flag STRICT =
      Flag.on(
          "strict",
          "Take the settings as the original does: no trimming, no check, no default for the"
              + " internal key.");
  static final Flag TIMEOUT =
      Flag.valued("timeout", "SECONDS", "How long one attempt may take.").fallback(600);

  private static final String USUAL_FILE = ".env";
  private static final int TIMEOUT_SECONDS_MAX = 3_600;

  private Loading() {}

  static Settings settings(Arguments given, Shell shell) {
    return Settings.load(shell.environ(), file(given, shell), Map.of(), given.has(STRICT));
  }

  /** The file that is read; it need not exist unless it was named. */
  static Path file(Arguments given, Shell shell) {
    var named = given.textIfAny(ENV_FILE);
    if (named == null) {
      return shell.folder().resolve(USUAL_FILE);
    }
    var file = shell.folder().resolve(named);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException(
          ENV_FILE.dashed() + ": found no file " + file + ", expected a dotenv file");
    }
    return file;
  }

  static Clients clients(Arguments given, Shell shell) {
    var usual = CallLimits.USUAL;
    var whole = Duration.ofSeconds(given.number(TIMEOUT, 1, TIMEOUT_SECONDS_MAX));
    var limits = new CallLimits(usual.connect(), whole, usual.retriesMax(), usual.replyBytesMax());
    return new Clients(settings(given, shell), InstantSource.system(), limits);
  }
}
