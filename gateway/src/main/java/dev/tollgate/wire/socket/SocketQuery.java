package dev.tollgate.wire.socket;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request that opens a socket, decoded. Immutable. */
final class SocketQuery {
  private final Map<String, List<String>> values;

  private SocketQuery(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads a query.
   *
   * @throws FailureException {@link Failure.BadRequest} if an escape is broken
   */
  static SocketQuery of(String query) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
      String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
      values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }
    return new SocketQuery(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      throw bad("The query has a broken percent escape.", null);
    }
  }

  /** All values of a parameter; empty if it is not there. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * The value of a parameter that can stand once; null if it does not or is empty.
   *
   * @throws FailureException {@link Failure.BadRequest} if it stands twice: it would be the
   *     provider who chooses
   */
  @Nullable String one(String name) {
    List<String> all = all(name);
    if (all.size() > 1) {
      throw bad("The parameter '" + name + "' stands more than once.", name);
    }
    return all.isEmpty() || all.getFirst().isEmpty() ? null : all.getFirst();
  }

  /**
   * A whole number.
   *
   * @throws FailureException {@link Failure.BadRequest} if it is none, or out of its bounds
   */
  @Nullable Integer number(String name, int min, int max) {
    String text = one(name);
    if (text == null) {
      return null;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw bad(
        "Invalid value for '"
            + name
            + "': expected a whole number from "
            + min
            + " to "
            + max
            + ".",
        name);
  }

  /** Whether a feature is asked for: by any value but an empty one and {@code false}. */
  boolean asks(String name) {
    return all(name).stream()
        .anyMatch(value -> !value.isEmpty() && !value.equalsIgnoreCase("false"));
  }

  static FailureException bad(String message, @Nullable String name) {
    return new FailureException(new Failure.BadRequest(message, name));
  }
}
