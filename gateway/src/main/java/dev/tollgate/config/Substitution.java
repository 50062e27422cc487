package dev.tollgate.config;

import dev.tollgate.config.Node.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables in the place of {@code os.environ/NAME}. Only a string that starts so
 * is replaced, and as a whole; a variable that is not set leaves no value, as in LiteLLM.
 */
final class Substitution {
  private static final String PREFIX = "os.environ/";

  private final Function<String, @Nullable String> environment;

  Substitution(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  Node.Mapping in(Node.Mapping mapping) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, entry) -> entries.put(key, new Entry(entry.position(), in(entry.value()))));
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
    if (!(scalar.value() instanceof String text) || !text.startsWith(PREFIX)) {
      return scalar;
    }
    String name = text.substring(PREFIX.length());
    String value = environment.apply(name);
    return new Node.Scalar(value, value == null ? "" : value, name, scalar.position());
  }
}
