package dev.tollgate.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a provider's request goes, ready for the HTTP client.
 *
 * @param base scheme, host and port, {@code https://api.openai.com}
 * @param tls whether the scheme is https
 * @param host host without brackets
 * @param port port, the scheme's default filled in
 * @param target path and query as they stand in the request line
 */
public record Address(String base, boolean tls, String host, int port, String target) {
  private static final String EXPECTED = "expected an http:// or https:// address";

  /** Another place on the same server. */
  public Address withTarget(String other) {
    return new Address(base, tls, host, port, other);
  }

  /** The same place on another server; both hosts are names. */
  Address withHost(String other) {
    int at = base.indexOf("://") + "://".length();
    String moved = base.substring(0, at) + other + base.substring(at + host.length());
    return new Address(moved, tls, other, port, target);
  }

  /**
   * Splits an absolute http or https URI.
   *
   * @throws IllegalArgumentException if it is not absolute, not http or https, or carries user info
   *     or a fragment
   */
  public static Address of(String uri) {
    URI parsed = parsed(uri);
    String scheme = parsed.getScheme() == null ? "" : parsed.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")) {
      throw new IllegalArgumentException(EXPECTED);
    }
    String host = parsed.getHost();
    if (host == null) {
      throw new IllegalArgumentException("the address has no valid host");
    }
    if (parsed.getRawUserInfo() != null || parsed.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the address of a provider may not carry user info or a fragment");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = parsed.getPort() == -1 ? (tls ? 443 : 80) : parsed.getPort();
    String path =
        parsed.getRawPath() == null || parsed.getRawPath().isEmpty() ? "/" : parsed.getRawPath();
    String target = parsed.getRawQuery() == null ? path : path + "?" + parsed.getRawQuery();
    String base = scheme + "://" + parsed.getRawAuthority();
    return new Address(base, tls, host, port, target);
  }

  /** Without a word of what was given: it may be a key in the wrong place. */
  private static URI parsed(String uri) {
    try {
      return new URI(uri);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }
}
