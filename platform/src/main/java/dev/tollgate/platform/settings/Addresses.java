package dev.tollgate.platform.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Checks an address before it is used, and shows one without what is secret in it. Stateless. */
public final class Addresses {
  private static final Pattern LOOKS_LIKE_A_HOST =
      Pattern.compile("((?:[a-z][a-z0-9+.-]*://)?[a-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?#].*)?");
  private static final String EXPECTED =
      "an address that starts with http:// or https://, such as http://proxy:4000";

  private Addresses() {}

  /**
   * Checks what a variable holds.
   *
   * @throws SettingsException when it is no address with http or https, or has a query or fragment
   */
  public static void check(String variable, String address) {
    check(variable, address, "");
  }

  static void check(Setting setting, Settings.Value value) {
    check(setting.name(), value.text(), " in " + value.origin().phrase());
  }

  private static void check(String variable, String text, String where) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      throw new SettingsException(variable, found(text) + where, EXPECTED);
    }
    var scheme = uri.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!http || uri.getHost() == null || uri.getPort() > 65535) {
      throw new SettingsException(variable, found(text) + where, EXPECTED);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new SettingsException(
          variable,
          "an address with ? or #" + where,
          "an address that a path such as /embeddings can follow");
    }
  }

  /**
   * Two spellings that lead to the same paths, because a slash is put between when it is missing.
   */
  public static boolean same(String a, String b) {
    return withSlash(a).equals(withSlash(b));
  }

  /** Without user and password, should someone have put them in. */
  public static String shown(String address) {
    int authority = address.indexOf("://");
    int from = authority < 0 ? 0 : authority + 3;
    int to = from;
    while (to < address.length() && "/?#".indexOf(address.charAt(to)) < 0) {
      to++;
    }
    int at = address.lastIndexOf('@', to - 1);
    return at < from ? address : address.substring(0, from) + "***" + address.substring(at);
  }

  /** Quotes what looks like an address only: a key set under the wrong name must not be printed. */
  private static String found(String value) {
    var host = LOOKS_LIKE_A_HOST.matcher(value);
    boolean address =
        host.matches()
            && !value.startsWith("sk-")
            && (value.indexOf('.') >= 0
                || value.indexOf(':') >= 0
                || value.startsWith("localhost"));
    return address ? '"' + host.group(1) + '"' : "a value of " + value.length() + " characters";
  }

  private static String withSlash(String address) {
    return address.endsWith("/") ? address : address + "/";
  }
}
