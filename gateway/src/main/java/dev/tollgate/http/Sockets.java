package dev.tollgate.http;

import dev.tollgate.http.Endpoints.Match;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the WebSockets of providers' own APIs that are served. */
final class Sockets {
  private static final CharSequence VERSION = HttpHeaders.createOptimized("sec-websocket-version");
  private static final CharSequence KEY = HttpHeaders.createOptimized("sec-websocket-key");
  private static final String MODEL = "model";

  /** What LiteLLM asks where the client names none. */
  private static final String LISTENING = "nova-3";

  /** Paths as the client sends them, and what they are below the provider's base address. */
  private static final Map<String, String> LISTEN =
      Map.of("/deepgram/listen", "/listen", "/deepgram/v1/listen", "/listen");

  private Sockets() {}

  /** Whether a client asks for a WebSocket, in the one way that there is. */
  static boolean isAsked(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1
        && request.method().equals(HttpMethod.GET)
        && names(request.getHeader(HttpHeaders.UPGRADE), "websocket")
        && names(request.getHeader(HttpHeaders.CONNECTION), "upgrade")
        && "13".equals(request.getHeader(VERSION))
        && request.getHeader(KEY) != null;
  }

  private static boolean names(@Nullable String list, String token) {
    if (list == null) {
      return false;
    }
    for (String each : list.split(",", -1)) {
      if (each.strip().toLowerCase(Locale.ROOT).equals(token)) {
        return true;
      }
    }
    return false;
  }

  /** What a raw target means to a client that asks for a WebSocket; null if none is there. */
  static @Nullable Match find(String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String rest = LISTEN.get(path);
    return rest == null
        ? null
        : found(Mount.DEEPGRAM, path, rest, question < 0 ? "" : target.substring(question + 1));
  }

  private static Match found(Mount mount, String path, String rest, String query) {
    String model = null;
    StringBuilder others = new StringBuilder(query.length());
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
      if (name == null) {
        return new Match.Malformed("The query has a broken percent escape.");
      }
      if (!name.strip().toLowerCase(Locale.ROOT).equals(MODEL)) {
        others.append(others.isEmpty() ? "" : "&").append(parameter);
        continue;
      }
      String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
      if (!name.equals(MODEL) || model != null || value == null) {
        return new Match.Malformed("The query names a model once, by the parameter 'model'.");
      }
      model = value;
    }
    String asked = model == null || model.isEmpty() ? LISTENING : model;
    PassThrough call =
        new PassThrough(
            mount.path(),
            "GET",
            mount.dialect(),
            Operation.PASS_THROUGH_SOCKET,
            rest,
            "",
            null,
            PassThroughs.forProvider(others.toString()),
            false,
            false);
    return new Match.Spending(
        new Endpoint(path, path, query, Operation.PASS_THROUGH, asked, null, false, call));
  }

  private static @Nullable String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return null;
    }
  }
}
