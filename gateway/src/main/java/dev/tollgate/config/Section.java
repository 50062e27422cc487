package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import dev.tollgate.config.Vocabulary.Word;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file while it is read: hands out typed values, and knows in the end what
 * became of each key. A key that is absent, null, or names a variable that is not set reads as
 * null. One thread.
 */
final class Section {
  private final String path;
  private final String name;
  private final Map<String, Entry> entries;
  private final Map<String, List<Finding>> findings = new HashMap<>();
  private final TreeSet<String> asked = new TreeSet<>();

  /**
   * @param path where the section stands, {@code model_list[0].litellm_params}
   * @param name its section of the vocabulary, {@code litellm_params}
   */
  Section(String path, String name, Map<String, Entry> entries) {
    this.path = path;
    this.name = name;
    this.entries = entries;
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  /** The value of a key that is used, as it was written. */
  @Nullable Node take(String key) {
    boolean first = asked.add(key);
    Entry entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (first) {
      note(key, Status.USED, unset(entry.value()), false);
    }
    return entry.value().isNull() ? null : entry.value();
  }

  private @Nullable Object value(String key, ValueType type) {
    Node node = take(key);
    return node == null ? null : type.read(node, path(key));
  }

  @Nullable String text(String key) {
    return (String) value(key, ValueType.TEXT);
  }

  @Nullable Secret secret(String key) {
    String text = text(key);
    return text == null || text.isEmpty() ? null : Secret.of(text);
  }

  boolean flag(String key, boolean otherwise) {
    Object flag = value(key, ValueType.FLAG);
    return flag == null ? otherwise : (Boolean) flag;
  }

  @Nullable Long whole(String key) {
    return (Long) value(key, ValueType.WHOLE);
  }

  @Nullable Integer count(String key) {
    Long whole = whole(key);
    if (whole != null && whole > Integer.MAX_VALUE) {
      throw refused(key, "a whole number up to " + Integer.MAX_VALUE);
    }
    return whole == null ? null : whole.intValue();
  }

  @Nullable BigDecimal number(String key) {
    return (BigDecimal) value(key, ValueType.NUMBER);
  }

  /** From seconds, rounded to nanoseconds. */
  @Nullable Duration seconds(String key) {
    BigDecimal seconds = number(key);
    try {
      return seconds == null
          ? null
          : Duration.ofNanos(
              seconds.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN).longValueExact());
    } catch (ArithmeticException _) {
      throw refused(key, "seconds, up to 292 years");
    }
  }

  /** From dollars; null for none. */
  @Nullable Money dollars(String key) {
    BigDecimal dollars = number(key);
    try {
      return dollars == null ? null : Money.ofDollars(dollars);
    } catch (ArithmeticException _) {
      throw refused(key, "dollars, up to 9.2 billion");
    }
  }

  @SuppressWarnings("unchecked") // TEXTS reads a list of strings
  @Nullable List<String> texts(String key) {
    return (List<String>) value(key, ValueType.TEXTS);
  }

  /** A free mapping without its nulls; empty if absent. */
  Map<String, Object> map(String key) {
    Node node = take(key);
    if (node == null) {
      return Map.of();
    }
    Map<String, Object> map = new LinkedHashMap<>();
    mapping(key, node)
        .forEach(
            (name, entry) -> {
              Object value = entry.value().plain();
              if (value != null) {
                map.put(name, value);
              }
            });
    return Collections.unmodifiableMap(map);
  }

  Map<String, Entry> mapping(String key, Node node) {
    if (node instanceof Node.Mapping mapping) {
      return mapping.entries();
    }
    throw ValueType.wrong(node, path(key), "a mapping");
  }

  /** Builds a record; what its compact constructor refuses is told with its place. */
  <T> T checked(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (SettingRefused refused) {
      throw refused(refused.key(), refused.expected());
    }
  }

  ConfigException refused(String key, String expected) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalStateException("refused a default: " + path(key));
    }
    return ValueType.wrong(entry.value(), path(key), expected);
  }

  /** Notes what becomes of a key. */
  void note(String key, Status status, String message, boolean changesBehaviour) {
    Entry entry = entries.get(key);
    if (entry != null) {
      note(key, new Finding(status, path(key), entry.position(), message, changesBehaviour));
    }
  }

  /** Notes what becomes of a key, or of a part of it. */
  void note(String key, Finding finding) {
    findings.computeIfAbsent(key, _ -> new ArrayList<>()).add(finding);
  }

  /** Replaces what was noted about a key. */
  void retell(String key, List<Finding> parts) {
    if (!parts.isEmpty()) {
      findings.put(key, parts);
    }
  }

  /** Replaces what was noted about a key that is read, but not obeyed. */
  void retell(String key, Status status, String message) {
    findings.remove(key);
    note(key, status, message, true);
  }

  /** Notes keys that nobody asked for, and hands over all findings in the order of the file. */
  void finish(Collection<Finding> into) {
    if (!asked.containsAll(Vocabulary.LITELLM.used(name))) {
      throw new IllegalStateException("the vocabulary says of " + name + " more than is read");
    }
    for (String key : entries.keySet()) {
      if (!findings.containsKey(key)) {
        ignore(key);
      }
      into.addAll(findings.getOrDefault(key, List.of()));
    }
  }

  private void ignore(String key) {
    Word word = Vocabulary.LITELLM.word(name, key);
    if (word == null) {
      // x- is how files name what only their own anchors use
      note(key, Status.UNKNOWN, didYouMean(name, key), !key.startsWith("x-"));
      return;
    }
    Entry entry = entries.get(key);
    boolean changes = entry != null && changesBehaviour(word, entry.value());
    note(key, Status.NOT_YET, changes ? "" : "changes nothing here", changes);
  }

  /** A hint at the key that was meant; empty if none is near. */
  static String didYouMean(String section, String key) {
    String near = Vocabulary.LITELLM.suggestion(section, key);
    return near == null ? "" : "did you mean " + near + "?";
  }

  static String unset(Node node) {
    return node instanceof Node.Scalar scalar && scalar.isNull() && scalar.variable() != null
        ? "the environment variable " + scalar.variable() + " is not set: counts as absent"
        : "";
  }

  /** Whether it makes a difference to ignore a key with this value. */
  static boolean changesBehaviour(Word word, Node value) {
    if (word.use() == Vocabulary.Use.QUIET || value.isNull()) {
      return false;
    }
    List<String> inert = Arrays.asList(word.inert().split(",", -1));
    return switch (value) {
      case Node.Mapping mapping -> !mapping.entries().isEmpty();
      case Node.Sequence sequence ->
          sequence.items().stream()
              .anyMatch(item -> !(item instanceof Node.Scalar s && inert.contains(s.text())));
      case Node.Scalar scalar when !word.inert().isEmpty() ->
          !inert.contains(scalar.value() instanceof Boolean flag ? flag.toString() : scalar.text());
      case Node.Scalar scalar -> !(Boolean.FALSE.equals(scalar.value()) || scalar.text().isEmpty());
    };
  }
}
