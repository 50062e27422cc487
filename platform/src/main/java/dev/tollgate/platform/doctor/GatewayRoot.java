package dev.tollgate.platform.doctor;

import java.net.URI;

/** Where a gateway has its health, whichever of the four spellings its address has. */
final class GatewayRoot {
  private GatewayRoot() {}

  /** The address without {@code /v1} and last slashes. */
  static String of(String address) {
    var bare = address.replaceFirst("/+$", "");
    return bare.endsWith("/v1") ? bare.substring(0, bare.length() - 3) : bare;
  }

  /** Scheme, host and port alone: for an address with a path that leads nowhere. */
  static boolean isPublicApi(String address) {
    try {
      var host = URI.create(address).getHost();
      return host != null && host.endsWith(".openai.com");
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
