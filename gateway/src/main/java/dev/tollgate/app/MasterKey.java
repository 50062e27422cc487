package dev.tollgate.app;

import dev.tollgate.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The master key: from the config, else LITELLM_MASTER_KEY, else a file in the data folder that the
 * first start makes. The config counts first, as in LiteLLM: a key that is replaced there is none
 * any more, wherever else it still stands.
 *
 * @param secret the key
 * @param file where it is kept, null if the operator set it
 */
record MasterKey(Secret secret, @Nullable Path file) {
  static final String VARIABLE = "LITELLM_MASTER_KEY";

  private static final int CHARS_MIN = 16;

  /** Keys that stand in tutorials; anybody would try them first. */
  private static final Set<String> KNOWN =
      Set.of(
          "sk-1234",
          "sk-12345",
          "sk-123456",
          "sk-12345678",
          "sk-1234567890",
          "sk-master",
          "sk-litellm",
          "sk-test",
          "sk-secret",
          "sk-password");

  /** Finds the key, or makes one. */
  static MasterKey find(@Nullable String fromEnvironment, @Nullable Secret fromConfig, Path data) {
    Secret given = given(fromEnvironment, fromConfig);
    if (given != null) {
      return new MasterKey(given, null);
    }
    Path file = data.resolve("master_key");
    try {
      if (Files.exists(file)) {
        return new MasterKey(Secret.of(Files.readString(file).strip()), file);
      }
      return new MasterKey(made(file), file);
    } catch (IOException e) {
      throw new StartException("cannot keep the master key in " + file + ": " + e.getMessage());
    }
  }

  /** The key that the operator set; null if there is none. */
  static @Nullable Secret given(@Nullable String fromEnvironment, @Nullable Secret fromConfig) {
    if (fromConfig != null) {
      return fromConfig;
    }
    return fromEnvironment == null || fromEnvironment.isBlank()
        ? null
        : Secret.of(fromEnvironment.strip());
  }

  /** Whether a variable's value is this key. */
  boolean is(@Nullable String value) {
    return value != null && Secret.of(value.strip()).equals(secret);
  }

  private static Secret made(Path file) throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String key = "sk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, (key + "\n").getBytes(StandardCharsets.UTF_8));
    return Secret.of(key);
  }

  /**
   * Refuses a key that can be guessed, on an address that others can reach.
   *
   * @throws StartException if it is weak, the address is not loopback and the operator has not
   *     permitted it by name
   */
  void mustBeStrongOn(String host, boolean permitted) {
    if (permitted || isLoopback(host)) {
      return;
    }
    String key = secret.reveal();
    if (!key.startsWith("sk-")) {
      throw new StartException("the master key has to start with 'sk-'.");
    }
    if (key.length() < CHARS_MIN || KNOWN.contains(key.toLowerCase(Locale.ROOT))) {
      throw new StartException(
          "the master key is one that can be guessed (shorter than "
              + CHARS_MIN
              + " characters, or from a tutorial), and "
              + host
              + " can be reached from outside. Set LITELLM_MASTER_KEY to a long random key"
              + " (\"sk-$(openssl rand -hex 24)\"), or listen on --host 127.0.0.1, or permit it with"
              + " LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY=true.");
    }
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }
}
