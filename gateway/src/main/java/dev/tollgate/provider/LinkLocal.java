package dev.tollgate.provider;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The addresses under which a cloud hands out its machine's credentials. No provider lives there; a
 * request to one is a mistake or an attack, so they are refused unless a deployment says {@code
 * allow_link_local: true}.
 */
public final class LinkLocal {
  private static final Set<String> NAMES =
      Set.of(
          "metadata",
          "metadata.google.internal",
          "metadata.goog",
          "instance-data",
          "instance-data.ec2.internal",
          "100.100.100.200",
          "192.0.0.192",
          "168.63.129.16",
          "fd00:ec2::254",
          "fd00:ec2:0:0:0:0:0:254");
  private static final Pattern LINK_LOCAL =
      Pattern.compile(
          "169\\.254\\..*|fe[89ab][0-9a-f]:.*|.*:(ffff:)?169\\.254\\..*|.*:a9fe:[0-9a-f]+");

  /** IPv4 in forms that resolvers understand and readers do not: one number, hex, octal, short. */
  private static final Pattern ODD_NUMBER =
      Pattern.compile(
          "(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,2}|.*\\b0(x[0-9a-f]+|[0-7]+)\\b.*");

  private static final Pattern DOTTED =
      Pattern.compile("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,3}");

  private LinkLocal() {}

  /** Whether a host as written is one of them, or an IPv4 address in a form that could hide one. */
  public static boolean isRefused(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    while (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return NAMES.contains(name)
        || LINK_LOCAL.matcher(name).matches()
        || (DOTTED.matcher(name).matches() && ODD_NUMBER.matcher(name).matches());
  }

  /**
   * Whether a name turned out to stand for one of them. What the operator wrote as such an address
   * was looked at when the config was read.
   */
  static boolean isHidden(String host, InetAddress resolved) {
    return isRefused(resolved) && !isRefused(host);
  }

  /** Whether a resolved address is one of them: for the client that connects. */
  public static boolean isRefused(InetAddress address) {
    return address.isLinkLocalAddress()
        || NAMES.contains(address.getHostAddress())
        || (address instanceof Inet6Address six
            && six.isIPv4CompatibleAddress()
            && (six.getAddress()[12] & 0xff) == 169
            && (six.getAddress()[13] & 0xff) == 254);
  }
}
