package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Where something that proves who asks is exchanged for a token, or where a machine hands out its
 * own.
 *
 * @param uri its address
 * @param owner how failures name the provider, {@code vertex_ai}
 * @param connecting how long a connection may take
 */
record TokenEndpoint(String uri, String owner, Duration connecting) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Where there is no cloud nobody answers, and a call waits to be told. */
  private static final Duration NEARBY = Duration.ofSeconds(1);

  private static final Duration LIFE_MAX = Duration.ofHours(12);
  static final String FORM_TYPE = "application/x-www-form-urlencoded";

  /** An answer, at most 64 KB of it. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: an answer is never compared
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, UTF_8);
    }
  }

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
    return new TokenEndpoint(uri, owner, PATIENCE);
  }

  /**
   * Where the machine or container that the gateway runs in hands out its own identity: a fixed
   * address or one of the environment, never one of a request or an entry. It may be link-local.
   *
   * @throws IllegalArgumentException naming the variable that holds no address
   */
  static TokenEndpoint ofMachine(String uri, String owner, String variable) {
    try {
      return new TokenEndpoint(Address.of(uri).base() + Address.of(uri).target(), owner, NEARBY);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": expected an http(s) address", e);
    }
  }

  /** Another place on the same server. */
  TokenEndpoint at(String target) {
    return new TokenEndpoint(Address.of(uri).base() + target, owner, connecting);
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** Whether it is the machine's own, which no proxy can reach for it. */
  boolean isNear() {
    return connecting.equals(NEARBY);
  }

  /**
   * Posts a form.
   *
   * @throws FailureException if there is no answer
   */
  Answer post(TokenClient client, String form, Map<String, Secret> headers) {
    Map<String, Secret> all = new LinkedHashMap<>(headers);
    all.put("content-type", Secret.of(FORM_TYPE));
    return client.ask(this, "POST", form, all);
  }

  /**
   * Reads the token of OAuth 2 that an answer gives, as the header that it becomes.
   *
   * @throws FailureException if it gives none
   */
  Renewal.Good<Map<String, Secret>> bearer(Answer answer, Instant now) {
    Map<?, ?> members = members(answer);
    if (answer.status() != 200
        || !(members.get("access_token") instanceof String text)
        || !isPlain(text)) {
      Object error = members.get("error");
      error = error == null ? members.get("errorCode") : error; // as IBM calls it
      throw broken(
          "the token endpoint answered "
              + answer.status()
              + (error instanceof String word && word.length() < 100 ? ": " + word : ""));
    }
    long until = seconds(members.get("expires_on"), -1);
    long life = seconds(members.get("expires_in"), until < 0 ? 3600 : until - now.getEpochSecond());
    return good("Bearer " + text, now, Duration.ofSeconds(Math.max(life, 0)));
  }

  /** A token as the header that it becomes. */
  static Renewal.Good<Map<String, Secret>> good(String authorization, Instant now, Duration life) {
    return new Renewal.Good<>(
        Map.of("authorization", Secret.of(authorization)),
        now.plus(life.compareTo(LIFE_MAX) > 0 ? LIFE_MAX : life));
  }

  /** The members of an answer in JSON. */
  Map<?, ?> members(Answer answer) {
    try {
      return Json.read(new ByteArrayInputStream(answer.body())) instanceof Map<?, ?> read
          ? read
          : Map.of();
    } catch (JacksonException notJson) {
      throw broken("the token endpoint answered " + answer.status() + ", and no JSON");
    }
  }

  private static long seconds(@Nullable Object value, long otherwise) {
    return switch (value) {
      case Number number -> number.longValue();
      case String text when text.matches("[0-9]{1,12}") -> Long.parseLong(text);
      case null, default -> otherwise;
    };
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
