package dev.tollgate.provider;

import dev.tollgate.model.Address;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A key of a service account, as Google hands it out. Complaints never repeat any of it.
 *
 * @param keyId which of the account's keys it is; empty if the file does not say
 * @param tokenUri where it is exchanged for a token
 * @param project the account's own project; null if the file does not say
 */
record GoogleCredential(
    String account, String keyId, PrivateKey key, String tokenUri, @Nullable String project) {
  private static final String PARAMETER = "vertex_credentials";
  private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
  private static final int FILE_BYTES_MAX = 64 << 10;

  @Override
  public String toString() {
    return "GoogleCredential[" + account + "]";
  }

  /**
   * The credential of a deployment: a path or the JSON itself, in its parameters or the
   * environment; null if there is none.
   *
   * @throws IllegalArgumentException if it is none that can be used
   */
  static @Nullable GoogleCredential of(
      Params params, Function<String, @Nullable String> environment) {
    Object given = params.value(PARAMETER);
    if (given == null) {
      given = params.value("vertex_ai_credentials");
    }
    if (given == null) {
      given = Deployments.variable(environment, "VERTEXAI_CREDENTIALS");
    }
    if (given == null) {
      given = Deployments.variable(environment, "GOOGLE_APPLICATION_CREDENTIALS");
    }
    if (given == null) {
      return null;
    }
    return read(given instanceof Map<?, ?> members ? members : parsed(given.toString()));
  }

  private static Map<?, ?> parsed(String text) {
    String json = text.strip().startsWith("{") ? text : file(text.strip());
    try {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      if (Json.read(new ByteArrayInputStream(bytes)) instanceof Map<?, ?> members) {
        return members;
      }
    } catch (JacksonException _) {
      // told below, without the parser's words: they quote the text
    }
    throw bad("expected the JSON of a service account's key, or the path of its file");
  }

  private static String file(String name) {
    try {
      Path path = Path.of(name);
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw bad("the file is too large to be a service account's key");
      }
      return Files.readString(path);
    } catch (IOException | InvalidPathException unreadable) {
      // without the cause, which repeats what may be a key in a form of its own
      throw bad("neither JSON nor the path of a file that can be read");
    }
  }

  private static GoogleCredential read(Map<?, ?> given) {
    Map<String, String> members = new LinkedHashMap<>();
    given.forEach((name, value) -> members.put(String.valueOf(name), String.valueOf(value)));
    String type = members.getOrDefault("type", "service_account");
    if (!type.equals("service_account")) {
      throw bad(
          "credentials of the type '"
              + (type.length() > 60 ? "..." : type)
              + "' are not supported; use the key of a service account");
    }
    String tokenUri = members.getOrDefault("token_uri", TOKEN_URI);
    Address address;
    try {
      address = Address.of(tokenUri);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PARAMETER + ": token_uri is no address", e);
    }
    if (LinkLocal.isRefused(address.host())) {
      throw bad("token_uri is a link-local or metadata address");
    }
    return new GoogleCredential(
        required(members, "client_email"),
        members.getOrDefault("private_key_id", ""),
        key(required(members, "private_key")),
        tokenUri,
        members.get("project_id"));
  }

  private static String required(Map<String, String> members, String name) {
    String value = members.get(name);
    if (value == null || value.isBlank()) {
      throw bad("the service account's key has no " + name);
    }
    return value;
  }

  private static PrivateKey key(String pem) {
    String base64 = pem.replace("\\n", "\n").replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      throw bad("private_key is no RSA key in PKCS#8");
    }
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException(PARAMETER + ": " + why);
  }
}
