package dev.tollgate.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code DATABASE_URL} as LiteLLM's users write it, {@code postgresql://user:pass@host:port/db?…},
 * in the driver's terms.
 *
 * @param jdbcUrl address without credentials
 * @param user null for the driver's default
 * @param password null for none
 * @param properties the driver's properties
 * @param connectionsMax {@code connection_limit}, null if not given
 */
record PostgresUrl(
    String jdbcUrl,
    @Nullable String user,
    @Nullable String password,
    Map<String, String> properties,
    @Nullable Integer connectionsMax) {
  /** Not {@code java.net.URI}: that knows no host with an underscore, as containers have them. */
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<credentials>[^/]*)@)?"
              + "(?<host>\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?"
              + "/(?<database>[^/?#]+)(?:\\?(?<query>.*))?");

  /**
   * Parameters as people write them, and the driver's name of each. Nothing else reaches the
   * driver: some of its properties load classes by name.
   */
  private static final Map<String, String> DRIVER_NAMES =
      Map.of(
          "schema", "currentSchema",
          "sslmode", "sslmode",
          "sslrootcert", "sslrootcert",
          "sslcert", "sslcert",
          "sslkey", "sslkey",
          "application_name", "ApplicationName",
          "connect_timeout", "connectTimeout",
          "socket_timeout", "socketTimeout");

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is not of this form; the message never repeats it, since
   *     it holds a password
   */
  static PostgresUrl parse(String url) {
    Matcher form = FORM.matcher(url.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "expected postgresql://user:password@host:port/database; special"
              + " characters in the password are percent-encoded");
    }
    String credentials = form.group("credentials");
    int colon = credentials == null ? -1 : credentials.indexOf(':');
    String user =
        credentials == null
            ? null
            : decoded(colon < 0 ? credentials : credentials.substring(0, colon));
    String password =
        credentials == null || colon < 0 ? null : decoded(credentials.substring(colon + 1));
    Map<String, String> parameters = parameters(form.group("query"));
    Map<String, String> properties = new HashMap<>();
    parameters.forEach(
        (name, value) -> {
          String driverName = DRIVER_NAMES.get(name);
          if (driverName != null) {
            properties.put(driverName, value);
          }
        });
    if ("true".equals(parameters.get("pgbouncer"))) {
      // Server-side prepared statements do not survive a pooler that changes the connection.
      properties.put("prepareThreshold", "0");
    }
    return new PostgresUrl(
        "jdbc:postgresql://"
            + form.group("host")
            + ":"
            + (form.group("port") == null ? "5432" : form.group("port"))
            + "/"
            + form.group("database"),
        user,
        password,
        Map.copyOf(properties),
        connections(parameters.get("connection_limit")));
  }

  private static @Nullable Integer connections(@Nullable String limit) {
    if (limit == null) {
      return null;
    }
    if (!limit.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException("connection_limit has to be a number from 1 to 9999");
    }
    return Integer.valueOf(limit);
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return parameters;
  }

  /** Percent-decoding; a plus sign stands for itself, as in every part but a form's. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      // The exception's text holds part of what may be the password.
      throw new IllegalArgumentException("has a percent sign that encodes nothing");
    }
  }

  @Override
  public String toString() {
    return "PostgresUrl[" + jdbcUrl + "]";
  }
}
