package dev.tollgate.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A profile of AWS's shared files, {@code ~/.aws/credentials} and {@code ~/.aws/config}, read when
 * the configuration is. Complaints name members, never values.
 *
 * @param name how it is called
 * @param members of both files; those of the credentials win
 */
record AwsProfile(String name, Map<String, String> members) {
  private static final String PARAMETER = "aws_profile_name";
  private static final String DEFAULT = "default";
  private static final int FILE_BYTES_MAX = 1 << 20;

  /** Ways to keys that start programs or browsers. */
  private static final List<String> UNSUPPORTED =
      List.of("credential_process", "sso_session", "sso_start_url");

  /**
   * Reads a profile.
   *
   * @throws IllegalArgumentException if there is none of that name, or it needs what is not
   *     supported
   */
  static AwsProfile of(String name, Function<String, @Nullable String> environment) {
    Map<String, String> members = members(name, environment);
    if (members.isEmpty()) {
      throw new IllegalArgumentException(
          PARAMETER
              + ": there is no profile '"
              + name
              + "' in ~/.aws/credentials or ~/.aws/config");
    }
    for (String unsupported : UNSUPPORTED) {
      if (members.containsKey(unsupported)) {
        throw new IllegalArgumentException(
            PARAMETER + ": the profile '" + name + "' has " + unsupported + ", not supported");
      }
    }
    return new AwsProfile(name, members);
  }

  /** The keys of the profile that is meant where none is named; null if it has none. */
  static @Nullable AwsKeys defaultKeys(Function<String, @Nullable String> environment) {
    return AwsKeys.of(new AwsProfile(DEFAULT, members(DEFAULT, environment))::member);
  }

  private static Map<String, String> members(
      String name, Function<String, @Nullable String> environment) {
    Map<String, String> members = new LinkedHashMap<>();
    String section = name.equals(DEFAULT) ? name : "profile " + name;
    read(file(environment, "AWS_CONFIG_FILE", "config"), section, members);
    read(file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), name, members);
    return members;
  }

  private static Path file(
      Function<String, @Nullable String> environment, String variable, String name) {
    String given = Deployments.variable(environment, variable);
    String home = Deployments.variable(environment, "HOME");
    try {
      return given == null
          ? Path.of(home == null ? System.getProperty("user.home", "/") : home, ".aws", name)
          : Path.of(given);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(variable + ": expected the path of a file", e);
    }
  }

  /** Adds the members of one section; a file that is not there has none. */
  private static void read(Path file, String section, Map<String, String> members) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    List<String> lines;
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IllegalArgumentException(PARAMETER + ": " + file + " is too large");
      }
      lines = Files.readAllLines(file);
    } catch (IOException unreadable) {
      // without the cause, which may repeat what stands there
      throw new IllegalArgumentException(PARAMETER + ": " + file + " cannot be read");
    }
    boolean within = false;
    for (String line : lines) {
      String text = line.strip();
      int equals = text.indexOf('=');
      if (text.startsWith("[")) {
        int close = text.indexOf(']');
        String found = close < 0 ? "" : text.substring(1, close).strip().replaceAll("\\s+", " ");
        within = found.equals(section);
      } else if (within && equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
        members.put(
            text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
            text.substring(equals + 1).strip());
      }
    }
  }

  @Nullable String member(String member) {
    String value = members.get(member);
    return value == null || value.isEmpty() ? null : value;
  }

  @Override
  public String toString() {
    return "AwsProfile[" + name + "]";
  }
}
