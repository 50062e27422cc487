package dev.tollgate.config;

import dev.tollgate.config.Node.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables in the place of {@code os.environ/NAME}. Only a string that starts so
 * is replaced, and as a whole; a variable that is not set leaves no value, as in LiteLLM. In {@code
 * pass_through_endpoints} also within a string: {@code Bearer os.environ/NAME}.
 */
final class Substitution {
  private static final String PREFIX = "os.environ/";

  private static final String WITHIN = "pass_through_endpoints";
  private static final Pattern NAME = Pattern.compile("os\\.environ/([A-Za-z0-9_]+)");

  private final Function<String, @Nullable String> environment;
  private boolean within;

  Substitution(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  Node.Mapping in(Node.Mapping mapping) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              boolean outside = !within;
              within |= key.equals(WITHIN);
              entries.put(key, new Entry(entry.position(), in(entry.value())));
              within &= !outside;
            });
    return new Node.Mapping(entries, mapping.position());
  }

  Node in(Node node) {
    return switch (node) {
      case Node.Scalar scalar -> in(scalar);
      case Node.Mapping mapping -> in(mapping);
      case Node.Sequence sequence -> {
        List<Node> items = new ArrayList<>();
        for (Node item : sequence.items()) {
          items.add(in(item));
        }
        yield new Node.Sequence(items, sequence.position());
      }
    };
  }

  private Node.Scalar in(Node.Scalar scalar) {
    if (!(scalar.value() instanceof String text)) {
      return scalar;
    }
    if (!text.startsWith(PREFIX)) {
      return within && text.contains(PREFIX) ? filled(scalar, text) : scalar;
    }
    String name = text.substring(PREFIX.length());
    String value = environment.apply(name);
    return new Node.Scalar(value, value == null ? "" : value, name, scalar.position());
  }

  /** A text with the variables in it; of nothing if one of them is not set. */
  private Node.Scalar filled(Node.Scalar scalar, String text) {
    StringBuilder filled = new StringBuilder();
    Matcher named = NAME.matcher(text);
    while (named.find()) {
      String value = environment.apply(named.group(1));
      if (value == null) {
        return new Node.Scalar(null, "", named.group(1), scalar.position());
      }
      named.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    String whole = named.appendTail(filled).toString();
    return new Node.Scalar(whole, whole, null, scalar.position());
  }
}
