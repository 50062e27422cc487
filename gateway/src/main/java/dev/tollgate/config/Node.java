package dev.tollgate.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a YAML document that knows where it stands. Immutable. */
sealed interface Node {
  Position position();

  /**
   * A single value.
   *
   * @param value String, Boolean, Long, BigInteger, BigDecimal, or null
   * @param text the value as it was written
   * @param variable the environment variable that it came from; null if it was written down
   */
  record Scalar(@Nullable Object value, String text, @Nullable String variable, Position position)
      implements Node {
    /** Not the value: it may be a secret. */
    @Override
    public String toString() {
      return "scalar at " + position;
    }
  }

  record Sequence(List<Node> items, Position position) implements Node {}

  record Mapping(Map<String, Entry> entries, Position position) implements Node {}

  /**
   * What a mapping holds under one key.
   *
   * @param position where the key stands
   */
  record Entry(Position position, Node value) {}

  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.value() == null;
  }

  /** The value without positions: nested lists and maps are unmodifiable and may hold nulls. */
  default @Nullable Object plain() {
    return switch (this) {
      case Scalar scalar -> scalar.value();
      case Sequence sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node item : sequence.items()) {
          list.add(item.plain());
        }
        yield Collections.unmodifiableList(list);
      }
      case Mapping mapping -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> map.put(key, entry.value().plain()));
        yield Collections.unmodifiableMap(map);
      }
    };
  }

  /** How an error calls this kind of value. */
  default String kind() {
    return switch (this) {
      case Scalar scalar -> scalar.value() == null ? "nothing" : "a single value";
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
    };
  }
}
