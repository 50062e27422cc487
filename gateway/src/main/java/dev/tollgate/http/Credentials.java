package dev.tollgate.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Secret;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a client puts its key, in LiteLLM's order of precedence.
 *
 * @param keyHeader {@code general_settings.litellm_key_header_name}: a header that comes before all
 *     others, null for none
 */
record Credentials(@Nullable String keyHeader) {
  private static final CharSequence API_KEY = HttpHeaders.createOptimized("x-litellm-api-key");

  private static final String KEY_PARAMETER = "key=";
  private static final String SUBPROTOCOL = "openai-insecure-api-key.";
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  /** Headers that carry the key itself, with or without {@code Bearer}. */
  private static final List<String> BARE =
      List.of("api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key");

  /**
   * The key that was presented, null if none was.
   *
   * @param basic whether it may also be the password of Basic authentication
   */
  @Nullable Secret of(MultiMap headers, boolean basic) {
    if (keyHeader != null) {
      String own = headers.get(keyHeader);
      if (own != null) {
        return Secret.of(withoutBearer(own));
      }
    }
    String litellm = headers.get(API_KEY);
    if (litellm != null) {
      return Secret.of(withoutBearer(litellm));
    }
    String authorization = headers.get(HttpHeaders.AUTHORIZATION);
    if (authorization != null) {
      // A value without "Bearer " is no credential: kept whole, it can match no key.
      String other = basic && isBasic(authorization) ? password(authorization) : "";
      return Secret.of(isBearer(authorization) ? withoutBearer(authorization) : other);
    }
    for (String name : BARE) {
      String value = headers.get(name);
      if (value != null) {
        return Secret.of(withoutBearer(value));
      }
    }
    return null;
  }

  /** The key in a query, {@code ?key=}; null if there is none. */
  static @Nullable Secret ofQuery(String query) {
    for (String parameter : query.split("&", -1)) {
      if (parameter.startsWith(KEY_PARAMETER)) {
        try {
          return Secret.of(
              URLDecoder.decode(parameter.substring(KEY_PARAMETER.length()), UTF_8).strip());
        } catch (IllegalArgumentException brokenEscape) {
          return Secret.of(""); // no credential: it can match no key
        }
      }
    }
    return null;
  }

  /**
   * The key among the subprotocols of a WebSocket, where browsers can put one; null if there is
   * none.
   */
  static @Nullable Secret ofSubprotocol(MultiMap headers) {
    for (String offered : headers.getAll("sec-websocket-protocol")) {
      for (String each : offered.split(",", -1)) {
        if (each.strip().startsWith(SUBPROTOCOL)) {
          return Secret.of(each.strip().substring(SUBPROTOCOL.length()));
        }
      }
    }
    return null;
  }

  private static boolean isBasic(String value) {
    return value.regionMatches(true, 0, BASIC, 0, BASIC.length());
  }

  private static String password(String authorization) {
    try {
      byte[] pair = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
      String text = new String(pair, UTF_8);
      return text.substring(text.indexOf(':') + 1).strip();
    } catch (IllegalArgumentException noBase64) {
      return ""; // no credential: it can match no key
    }
  }

  private static boolean isBearer(String value) {
    return value.regionMatches(true, 0, BEARER, 0, BEARER.length());
  }

  private static String withoutBearer(String value) {
    return isBearer(value) ? value.substring(BEARER.length()).strip() : value.strip();
  }
}
