package dev.tollgate.provider;

import dev.tollgate.model.Address;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Forward proxies by the standard variables: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, either case.
 * Immutable.
 */
final class Proxies {
  private final @Nullable ProxyOptions http;
  private final @Nullable ProxyOptions https;
  private final List<String> direct;

  Proxies(Function<String, @Nullable String> environment) {
    this.http = proxy(variable(environment, "http_proxy"));
    this.https = proxy(variable(environment, "https_proxy"));
    String none = variable(environment, "no_proxy");
    this.direct =
        none == null
            ? List.of()
            : Arrays.stream(none.split(",", -1))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .toList();
  }

  Optional<ProxyOptions> of(Address address) {
    ProxyOptions proxy = address.tls() ? https : http;
    return proxy == null || isDirect(address) ? Optional.empty() : Optional.of(proxy);
  }

  private boolean isDirect(Address address) {
    String host = address.host().toLowerCase(Locale.ROOT);
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return true; // no proxy can reach our own loopback
    }
    for (String entry : direct) {
      int colon = entry.lastIndexOf(':');
      String name = colon > 0 && entry.indexOf(':') == colon ? entry.substring(0, colon) : entry;
      if (colon > 0 && !name.equals(entry) && !entry.endsWith(":" + address.port())) {
        continue;
      }
      String suffix = name.startsWith("*.") ? name.substring(1) : name;
      if (name.equals("*")
          || host.equals(name)
          || host.endsWith(suffix.startsWith(".") ? suffix : "." + suffix)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String variable(
      Function<String, @Nullable String> environment, String name) {
    String lower = environment.apply(name);
    String value = lower == null ? environment.apply(name.toUpperCase(Locale.ROOT)) : lower;
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable ProxyOptions proxy(@Nullable String address) {
    if (address == null) {
      return null;
    }
    URI uri = URI.create(address.contains("://") ? address : "http://" + address);
    boolean socks = uri.getScheme().startsWith("socks");
    ProxyOptions options =
        new ProxyOptions()
            .setType(socks ? ProxyType.SOCKS5 : ProxyType.HTTP)
            .setHost(uri.getHost())
            .setPort(uri.getPort() == -1 ? (socks ? 1080 : 80) : uri.getPort());
    String user = uri.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      options.setUsername(colon < 0 ? user : user.substring(0, colon));
      options.setPassword(colon < 0 ? "" : user.substring(colon + 1));
    }
    return options;
  }
}
