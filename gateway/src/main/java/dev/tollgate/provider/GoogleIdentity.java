package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Who asks Google for tokens: what Google's own libraries find as application default credentials.
 * Immutable; equal ones share a token. Complaints never repeat any of a credential.
 */
sealed interface GoogleIdentity {
  String PARAMETER = "vertex_credentials";
  String OWNER = "vertex_ai";

  /** The project that it belongs to; null if nothing says so. */
  @Nullable String project();

  /** The key of a service account. */
  record Account(GoogleKey key, TokenEndpoint endpoint, @Nullable String project)
      implements GoogleIdentity {}

  /** A person who has signed in once, with {@code gcloud auth application-default login}. */
  record Person(
      String clientId,
      Secret clientSecret,
      Secret refreshToken,
      TokenEndpoint endpoint,
      @Nullable String project)
      implements GoogleIdentity {}

  /**
   * Somebody whom another identity provider knows (workload identity federation).
   *
   * @param member of the file in which the token stands; null if the file is the token
   * @param account as which service account; null for none
   */
  record Federated(
      String audience,
      String tokenType,
      IdentityToken token,
      @Nullable String member,
      TokenEndpoint endpoint,
      @Nullable TokenEndpoint account,
      @Nullable String project)
      implements GoogleIdentity {}

  /** The service account of the machine, at its metadata server. */
  record Machine(TokenEndpoint endpoint) implements GoogleIdentity {
    @Override
    public @Nullable String project() {
      return null; // only the machine knows, and is not asked when the configuration is read
    }
  }

  /** Finds the identity of an entry. */
  record Search(Params params, Function<String, @Nullable String> environment) {
    private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
    private static final String STS_URI = "https://sts.googleapis.com/v1/token";
    private static final String MACHINE = "169.254.169.254";
    private static final int FILE_BYTES_MAX = 64 << 10;

    /** A path or the JSON itself, in the entry or the environment; null if nobody named one. */
    @Nullable Object named() {
      Object given = params.value(PARAMETER);
      if (given == null) {
        given = params.value("vertex_ai_credentials");
      }
      if (given == null) {
        given = Deployments.variable(environment, "VERTEXAI_CREDENTIALS");
      }
      return given == null
          ? Deployments.variable(environment, "GOOGLE_APPLICATION_CREDENTIALS")
          : given;
    }

    /**
     * What is named, else whoever has signed in, else the machine.
     *
     * @throws IllegalArgumentException if it is none that can be used
     */
    GoogleIdentity identity() {
      Object given = named();
      if (given == null) {
        given = login();
      }
      if (given == null) {
        String host = Deployments.variable(environment, "GCE_METADATA_HOST");
        return new Machine(
            TokenEndpoint.ofMachine(
                "http://"
                    + (host == null ? MACHINE : host)
                    + "/computeMetadata/v1/instance/service-accounts/default/token",
                OWNER,
                "GCE_METADATA_HOST"));
      }
      Members members =
          new Members(given instanceof Map<?, ?> mapping ? mapping : parsed(given.toString()));
      String type = members.text("type");
      return switch (type == null ? "service_account" : type) {
        case "service_account" ->
            new Account(
                GoogleKey.of(
                    members.required("client_email"),
                    members.text("private_key_id"),
                    members.required("private_key")),
                members.endpoint("token_uri", TOKEN_URI),
                members.text("project_id"));
        case "authorized_user" ->
            new Person(
                members.required("client_id"),
                Secret.of(members.required("client_secret")),
                Secret.of(members.required("refresh_token")),
                members.endpoint("token_uri", TOKEN_URI),
                members.text("quota_project_id"));
        case "external_account" -> federated(members);
        default ->
            throw bad(
                "credentials of the type '"
                    + (type == null || type.length() > 60 ? "..." : type)
                    + "' are not supported; use service_account, external_account or"
                    + " authorized_user");
      };
    }

    /** The file of who has signed in with {@code gcloud}; null if nobody has. */
    private @Nullable String login() {
      String folder = Deployments.variable(environment, "CLOUDSDK_CONFIG");
      String home = Deployments.variable(environment, "HOME");
      if (folder == null && home == null) {
        return null;
      }
      String file =
          (folder == null ? home + "/.config/gcloud" : folder)
              + "/application_default_credentials.json";
      return Files.isRegularFile(Path.of(file)) ? file : null;
    }

    private static Federated federated(Members members) {
      Members source = new Members(members.map("credential_source"));
      Members format = new Members(source.map("format"));
      String file = source.text("file");
      if (file == null) {
        throw bad(
            "of external_account only tokens in a file are supported (credential_source.file), not"
                + " those at an address, of AWS or of a program");
      }
      boolean json = "json".equals(format.text("type"));
      boolean impersonates = members.text("service_account_impersonation_url") != null;
      return new Federated(
          members.required("audience"),
          members.required("subject_token_type"),
          IdentityToken.ofFile(file, "credential_source.file"),
          json ? format.required("subject_token_field_name") : null,
          members.endpoint("token_url", STS_URI),
          impersonates ? members.endpoint("service_account_impersonation_url", "") : null,
          members.text("quota_project_id"));
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
      throw bad("expected the JSON of a credential, or the path of its file");
    }

    private static String file(String name) {
      try {
        Path path = Path.of(name);
        if (Files.size(path) > FILE_BYTES_MAX) {
          throw bad("the file is too large to be a credential");
        }
        return Files.readString(path);
      } catch (IOException | InvalidPathException unreadable) {
        // without the cause, which repeats what may be a key in a form of its own
        throw bad("neither JSON nor the path of a file that can be read");
      }
    }
  }

  /** Members of a credential. */
  record Members(Map<?, ?> all) {
    @Nullable String text(String name) {
      return all.get(name) instanceof String text && !text.isBlank() ? text : null;
    }

    String required(String name) {
      String value = text(name);
      if (value == null) {
        throw bad("the credential has no " + name);
      }
      return value;
    }

    Map<?, ?> map(String name) {
      return all.get(name) instanceof Map<?, ?> members ? members : new LinkedHashMap<>();
    }

    /** An address that the credential names, as long as it is none of the machine's own. */
    TokenEndpoint endpoint(String name, String otherwise) {
      String given = text(name);
      String uri = given == null ? otherwise : given;
      try {
        if (!LinkLocal.isRefused(Address.of(uri).host())) {
          return TokenEndpoint.of(uri, OWNER, name);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(PARAMETER + ": " + name + " is no address", e);
      }
      throw bad(name + " is a link-local or metadata address");
    }
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException(PARAMETER + ": " + why);
  }
}
