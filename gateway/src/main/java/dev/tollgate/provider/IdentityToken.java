package dev.tollgate.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A token in which another identity provider says who asks.
 *
 * @param source {@code oidc/file/PATH}, {@code oidc/env/NAME}, {@code oidc/env_path/NAME}, {@code
 *     oidc/azure/…} (the token that a cluster of Azure's gives its pods), or the token itself
 * @param parameter which parameter names it
 */
record IdentityToken(String source, String parameter) {
  static final String PREFIX = "oidc/";
  static final String AZURE_FILE = "AZURE_FEDERATED_TOKEN_FILE";
  private static final int BYTES_MAX = 64 << 10;

  static IdentityToken ofFile(String path, String parameter) {
    return new IdentityToken(PREFIX + "file/" + path, parameter);
  }

  /** Without a token that stands in the configuration itself. */
  @Override
  public String toString() {
    return "IdentityToken[" + parameter + "]";
  }

  /**
   * The token, read each time: it is renewed where it stands.
   *
   * @param endpoint where it is going, for the complaint
   * @throws dev.tollgate.model.FailureException if it is not there
   */
  String read(TokenEndpoint endpoint, Function<String, @Nullable String> environment) {
    String[] parts = source.split("/", 3);
    String kind = source.startsWith(PREFIX) ? parts[1] : "";
    String name = parts.length < 3 ? "" : parts[2];
    String token =
        switch (kind) {
          case "" -> source;
          case "file" -> file(name, endpoint);
          case "env" -> Deployments.variable(environment, name);
          case "env_path" -> fileOf(name, endpoint, environment);
          case "azure" -> fileOf(AZURE_FILE, endpoint, environment);
          default -> null;
        };
    if (token == null || token.isBlank()) {
      throw endpoint.broken(parameter + " names no token that is there");
    }
    return token.strip();
  }

  private @Nullable String fileOf(
      String variable, TokenEndpoint endpoint, Function<String, @Nullable String> environment) {
    String path = Deployments.variable(environment, variable);
    return path == null ? null : file(path, endpoint);
  }

  private String file(String name, TokenEndpoint endpoint) {
    try {
      Path path = Path.of(name);
      if (Files.size(path) <= BYTES_MAX) {
        return Files.readString(path);
      }
    } catch (IOException | InvalidPathException unreadable) {
      // said below, without the cause
    }
    throw endpoint.broken("the file of " + parameter + " cannot be read");
  }
}
