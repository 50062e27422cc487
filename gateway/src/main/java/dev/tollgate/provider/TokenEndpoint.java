package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/**
 * Where something that proves who asks is exchanged for a token. Asked rarely, by a thread that may
 * block; under the same rules of addresses as providers, and without redirects.
 *
 * @param uri its address
 * @param owner how failures name the provider, {@code vertex_ai}
 */
record TokenEndpoint(String uri, String owner) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LIFE_MAX = Duration.ofHours(12);
  private static final int ANSWER_BYTES_MAX = 64 << 10;
  static final String FORM_TYPE = "application/x-www-form-urlencoded";

  /** An answer, at most 64 KB of it. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: an answer is never compared
  record Answer(int status, byte[] body) {}

  /**
   * An endpoint that an operator named.
   *
   * @throws IllegalArgumentException if it is no address, or one where clouds keep credentials
   */
  static TokenEndpoint of(String uri, String owner, String parameter) {
    Address address;
    try {
      address = Address.of(uri);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(parameter + ": " + e.getMessage(), e);
    }
    if (LinkLocal.isRefused(address.host())) {
      throw new IllegalArgumentException(
          parameter + ": '" + address.host() + "' is a link-local or metadata address");
    }
    return new TokenEndpoint(uri, owner);
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  /**
   * Posts a form.
   *
   * @throws FailureException if there is no answer
   */
  Answer post(String form, Map<String, Secret> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(PATIENCE)
            .header("content-type", FORM_TYPE)
            .POST(HttpRequest.BodyPublishers.ofString(form));
    headers.forEach((name, value) -> request.header(name, value.reveal()));
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build()) {
      checkAddresses();
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        return new Answer(answer.statusCode(), in.readNBytes(ANSWER_BYTES_MAX));
      }
    } catch (IOException unreachable) {
      throw broken(
          "the token endpoint could not be reached: " + unreachable.getClass().getSimpleName());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw broken("the gateway is stopping");
    }
  }

  private void checkAddresses() throws UnknownHostException {
    String host = Address.of(uri).host();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (LinkLocal.isHidden(host, address)) {
        throw broken("the token endpoint's name stands for a metadata address");
      }
    }
  }

  /**
   * Posts a form of OAuth 2 and reads the token that it gives.
   *
   * @param header what becomes of the token, {@code authorization: Bearer …}
   */
  Renewal.Good<Map<String, Secret>> token(String form, UnaryOperator<String> header, Instant now) {
    Answer answer = post(form, Map.of());
    Map<?, ?> members = Map.of();
    try {
      if (Json.read(new ByteArrayInputStream(answer.body())) instanceof Map<?, ?> read) {
        members = read;
      }
    } catch (JacksonException notJson) {
      throw broken("the token endpoint answered " + answer.status() + ", and no JSON");
    }
    if (answer.status() != 200
        || !(members.get("access_token") instanceof String text)
        || !isPlain(text)) {
      Object error = members.get("error");
      throw broken(
          "the token endpoint answered "
              + answer.status()
              + (error instanceof String word && word.length() < 100 ? ": " + word : ""));
    }
    long seconds =
        switch (members.get("expires_in")) {
          case Number life -> life.longValue();
          case String life when life.matches("[0-9]{1,9}") -> Long.parseLong(life);
          case null, default -> 3600;
        };
    Duration life = Duration.ofSeconds(Math.clamp(seconds, 0, LIFE_MAX.toSeconds()));
    return new Renewal.Good<>(
        Map.of("authorization", Secret.of(header.apply(text))), now.plus(life));
  }

  /** Whether a token can stand in a header. */
  static boolean isPlain(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  FailureException broken(String why) {
    String word = owner.substring(0, 1).toUpperCase(Locale.ROOT) + owner.substring(1);
    return new FailureException(
        new Failure.UpstreamBroken(
            "litellm.APIConnectionError: " + word + "Exception - no token: " + why + ".", owner));
  }
}
