package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks token endpoints, through the proxies and by the authorities by which providers are reached;
 * the machine's own endpoints, which are near, past all proxies. Asked rarely, by threads that may
 * block; without redirects. Thread-safe.
 */
public final class TokenClient {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  private final HttpUpstream.Settings settings;
  private final Proxies proxies;

  /**
   * @param settings of the client that calls providers
   * @param environment where the proxies are named
   */
  public TokenClient(
      HttpUpstream.Settings settings, Function<String, @Nullable String> environment) {
    this.settings = settings;
    this.proxies = new Proxies(environment);
  }

  /**
   * Asks.
   *
   * @param body empty for none
   * @throws FailureException if there is no answer
   */
  TokenEndpoint.Answer ask(
      TokenEndpoint endpoint, String method, String body, Map<String, Secret> headers) {
    Address address = Address.of(endpoint.uri());
    ProxyOptions proxy = endpoint.isNear() ? null : proxies.of(address).orElse(null);
    if (proxy != null && proxy.getType() != ProxyType.HTTP) {
      throw endpoint.broken(
          "tokens are not fetched through a SOCKS proxy: name an HTTP proxy, or "
              + address.host()
              + " in NO_PROXY");
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.uri()))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach((name, value) -> request.header(name, value.reveal()));
    if (proxy != null && proxy.getUsername() != null) {
      request.header(
          "proxy-authorization", Credential.basic(proxy.getUsername() + ":" + proxy.getPassword()));
    }
    try (HttpClient client = client(endpoint, proxy)) {
      try {
        if (proxy == null) {
          checkAddresses(endpoint, address.host()); // else the proxy resolves it
        }
        HttpResponse<byte[]> answer =
            client
                .sendAsync(
                    request.build(),
                    HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new TokenEndpoint.Answer(answer.statusCode(), answer.body());
      } finally {
        client.shutdownNow(); // an answer that does not end is not waited for
      }
    } catch (ExecutionException failed) {
      throw unreachable(endpoint, failed.getCause() == null ? failed : failed.getCause());
    } catch (UnknownHostException | TimeoutException failed) {
      throw unreachable(endpoint, failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw endpoint.broken("the gateway is stopping");
    }
  }

  private HttpClient client(TokenEndpoint endpoint, @Nullable ProxyOptions proxy) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(endpoint.connecting());
    // Without a word of it the client would take those of the JVM's properties.
    client.proxy(
        proxy == null
            ? HttpClient.Builder.NO_PROXY
            : ProxySelector.of(
                InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort())));
    String authorities = settings.trustedCertificates();
    try {
      if (!settings.verifyTls()) {
        client.sslContext(Trust.inAll());
      } else if (authorities != null) {
        client.sslContext(Trust.in(authorities));
      }
    } catch (GeneralSecurityException | IOException unreadable) {
      throw endpoint.broken("the file of certificate authorities cannot be read");
    }
    return client.build();
  }

  private static FailureException unreachable(TokenEndpoint endpoint, Throwable why) {
    return endpoint.broken(
        Address.of(endpoint.uri()).host() + " gave no answer: " + why.getClass().getSimpleName());
  }

  private static void checkAddresses(TokenEndpoint endpoint, String host)
      throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (LinkLocal.isHidden(host, address)) {
        throw endpoint.broken("the token endpoint's name stands for a metadata address");
      }
    }
  }
}
