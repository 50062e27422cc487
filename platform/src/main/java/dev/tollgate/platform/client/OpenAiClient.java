package dev.tollgate.platform.client;

import dev.tollgate.platform.client.OpenAiException.ApiConnection;
import dev.tollgate.platform.client.OpenAiException.ApiConnection.Reason;
import dev.tollgate.platform.client.OpenAiException.ApiTimeout;
import dev.tollgate.platform.client.OpenAiException.ReplyTooLarge;
import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls an OpenAI-compatible address with a key. Safe for several threads; connections are kept and
 * used again, after an error too.
 *
 * <p>The path is put behind the address and nothing else is: {@code http://proxy:4000}, with {@code
 * /}, {@code /v1} and {@code /v1/} are four addresses, and a slash is added only where one is
 * missing. A redirect is not followed, because the key would follow it.
 *
 * <p>A refused or broken connection, a time-out, 408, 409, 429 and 500 upwards are tried again, by
 * default twice, after 0.5 s and 1 s or what {@code retry-after} asks for up to 60 s.
 */
public final class OpenAiClient implements Transport, AutoCloseable {
  private final String key;
  private final String baseUrl;
  private final CallLimits limits;
  private final Backoff backoff;
  private final Pause pause;
  private final HttpClient http;

  /** A client with the usual limits. */
  public OpenAiClient(String key, String baseUrl) {
    this(key, baseUrl, CallLimits.USUAL);
  }

  /**
   * A client with limits of its own.
   *
   * @param key sent as bearer; without one the header is left out, as for a gateway's health
   * @param baseUrl checked at the call, as the original does; {@code Settings} checks it earlier
   * @throws BadInputException when a header cannot carry the key
   */
  public OpenAiClient(String key, String baseUrl, CallLimits limits) {
    this(
        key,
        baseUrl,
        limits,
        new Backoff(InstantSource.system(), () -> ThreadLocalRandom.current().nextDouble()),
        Thread::sleep);
  }

  OpenAiClient(String key, String baseUrl, CallLimits limits, Backoff backoff, Pause pause) {
    // Checked here, since the JDK's own message about a bad header repeats its value.
    if (!key.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw new BadInputException(
          "key", "a control or non-ASCII character in it", "a key that a header can carry");
    }
    this.key = key;
    this.baseUrl = baseUrl;
    this.limits = limits;
    this.backoff = backoff;
    this.pause = pause;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connect())
            .build();
  }

  /** Where this client sends its calls, as it was given. */
  public String baseUrl() {
    return baseUrl;
  }

  @Override
  public JsonNode post(String path, ObjectNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(bytes(body)))
            .build());
  }

  /**
   * Gets a path, with the same rules as {@link #post}.
   *
   * @param path such as {@code /models}
   */
  public JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  /** Closes idle connections and waits for calls under way. */
  @Override
  public void close() {
    http.close();
  }

  /** Shows the address only. */
  @Override
  public String toString() {
    return "OpenAiClient[" + baseUrl.replaceFirst("//[^/?#]*@", "//***@") + "]";
  }

  /** Puts a path behind an address, with one slash between. */
  static String joined(String baseUrl, String path) {
    return (baseUrl.endsWith("/") ? baseUrl : baseUrl + "/")
        + (path.startsWith("/") ? path.substring(1) : path);
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JsonMapper.shared().writeValueAsBytes(body);
    } catch (JacksonException _) {
      throw new BadInputException("body", "half of a surrogate pair in a text", "Unicode text");
    }
  }

  private HttpRequest.Builder request(String path) {
    try {
      var request =
          HttpRequest.newBuilder(new URI(joined(baseUrl, path)))
              .header("Accept", "application/json")
              .header("User-Agent", "tollgate-platform");
      return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    } catch (URISyntaxException | IllegalArgumentException _) {
      throw new ApiConnection(
          Reason.BAD_ADDRESS,
          "Connection error: the address has no http:// or https:// or is none at all");
    }
  }

  private JsonNode send(HttpRequest request) {
    for (int retriesDone = 0; ; retriesDone++) {
      boolean last = retriesDone >= limits.retriesMax();
      HttpResponse<byte[]> response;
      try {
        response = attempt(request);
      } catch (ApiConnection | ApiTimeout e) {
        if (last || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        hold(retriesDone, null);
        continue;
      }
      boolean good = response.statusCode() / 100 == 2;
      if (good || last || !Backoff.retries(response.statusCode(), response.headers())) {
        return read(request, response);
      }
      hold(retriesDone, response);
    }
  }

  private HttpResponse<byte[]> attempt(HttpRequest request) {
    // The request's own time-out ends with the headers; an answer that trickles has to end too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, _ -> new BoundedBody(limits.replyBytesMax()));
    try {
      return answer.get(limits.whole().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      answer.cancel(true);
      throw new ApiTimeout(
          "Request timed out: no whole answer from %s in %d ms"
              .formatted(shown(request), limits.whole().toMillis()));
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new ApiConnection(
          Reason.INTERRUPTED, "Connection error: interrupted while waiting for " + shown(request));
    } catch (ExecutionException e) {
      throw failed(request, e.getCause());
    }
  }

  private OpenAiException failed(HttpRequest request, @Nullable Throwable cause) {
    return switch (cause) {
      case HttpTimeoutException _ ->
          new ApiTimeout(
              "Request timed out: no connection to %s in %d ms"
                  .formatted(shown(request), limits.connect().toMillis()));
      case BoundedBody.TooLarge _ -> tooLarge(request);
      case IOException io when io.getCause() instanceof BoundedBody.TooLarge -> tooLarge(request);
      case IOException io ->
          new ApiConnection(reason(io), "Connection error: " + shown(request) + ": " + said(io));
      case null, default ->
          throw new IllegalStateException("The HTTP client failed without a reason", cause);
    };
  }

  private OpenAiException tooLarge(HttpRequest request) {
    return new ReplyTooLarge(
        "%s answered with more than %d bytes, which is as much as is read"
            .formatted(shown(request), limits.replyBytesMax()));
  }

  private static Reason reason(IOException failure) {
    return switch (failure) {
      case ConnectException none when none.getMessage() == null && unresolved(none) ->
          Reason.UNKNOWN_HOST;
      case ConnectException _ -> Reason.REFUSED;
      case SSLException _ -> Reason.TLS;
      default -> Reason.BROKEN;
    };
  }

  /**
   * The JDK's exceptions often come without a text, and then only their class says what happened.
   */
  private String said(IOException failure) {
    switch (reason(failure)) {
      case UNKNOWN_HOST -> {
        return "unknown host";
      }
      case REFUSED -> {
        return "connection refused";
      }
      case TLS, BAD_ADDRESS, BROKEN, INTERRUPTED -> {
        // Only the exception itself knows more.
      }
    }
    var name =
        failure
            .getClass()
            .getSimpleName()
            .replace("Exception", "")
            .replaceAll("([a-z])([A-Z])", "$1 $2");
    var message = failure.getMessage();
    var said = message == null || message.isBlank() ? "" : " (" + message + ")";
    return ErrorBody.without(key, name.toLowerCase(Locale.ROOT) + said);
  }

  private static boolean unresolved(Throwable failure) {
    var cause = failure.getCause();
    return cause != null && (cause instanceof UnresolvedAddressException || unresolved(cause));
  }

  private JsonNode read(HttpRequest request, HttpResponse<byte[]> response) {
    var body = new String(response.body(), StandardCharsets.UTF_8);
    if (response.statusCode() / 100 != 2) {
      throw OpenAiException.of(response.statusCode(), ErrorBody.read(body, key));
    }
    try {
      return JsonMapper.shared().readTree(response.body());
    } catch (JacksonException _) {
      throw new UnreadableReply(
          "%s answered %d with %d bytes that are not JSON, expected JSON"
              .formatted(shown(request), response.statusCode(), response.body().length));
    }
  }

  private void hold(int retriesDone, @Nullable HttpResponse<?> response) {
    try {
      pause.hold(
          response == null
              ? backoff.pause(retriesDone)
              : backoff.pause(retriesDone, response.headers()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ApiConnection(
          Reason.INTERRUPTED, "Connection error: interrupted before another attempt");
    }
  }

  private static String shown(HttpRequest request) {
    return request.uri().toString().replaceFirst("//[^/?#]*@", "//***@");
  }
}
