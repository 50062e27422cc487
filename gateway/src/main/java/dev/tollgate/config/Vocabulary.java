package dev.tollgate.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every key that LiteLLM's configuration knows, from the resource {@code vocabulary.txt}: what
 * Tollgate does with it, its type, and the value at which ignoring it changes nothing. Immutable.
 */
final class Vocabulary {
  static final Vocabulary LITELLM = load();

  enum Use {
    USED,
    /** Not supported yet. */
    NOT_YET,
    /** Not supported, and nobody who calls or pays would notice. */
    QUIET
  }

  /**
   * @param inert comma-separated values at which ignoring the key changes nothing; empty for the
   *     usual ones (false, nothing, an empty list)
   */
  record Word(Use use, ValueType type, String inert) {}

  private record Wildcard(Pattern pattern, Word word) {}

  private static final class Dictionary {
    private final Map<String, Word> words = new LinkedHashMap<>();
    private final Map<String, Wildcard> wildcards = new LinkedHashMap<>();
  }

  private final Map<String, Dictionary> sections = new LinkedHashMap<>();

  private Vocabulary(List<String> lines) {
    Dictionary section = new Dictionary();
    for (String line : lines) {
      String text = line.replaceFirst("#.*", "").strip();
      if (text.startsWith("[")) {
        section = new Dictionary();
        sections.put(text.substring(1, text.length() - 1), section);
      } else if (!text.isEmpty()) {
        add(section, text.split("\\s+"));
      }
    }
  }

  private static void add(Dictionary section, String[] columns) {
    ValueType type = ValueType.ANY;
    String inert = "";
    for (int i = 2; i < columns.length; i++) {
      if (columns[i].startsWith("=")) {
        inert = columns[i].substring(1);
      } else {
        type = ValueType.valueOf(columns[i].toUpperCase(Locale.ROOT));
      }
    }
    String key = columns[0];
    Word word =
        new Word(Use.valueOf(columns[1].replace('-', '_').toUpperCase(Locale.ROOT)), type, inert);
    if (key.contains("*")) {
      String regex = Pattern.quote(key).replace("*", "\\E[a-z0-9_]+\\Q");
      section.wildcards.put(key, new Wildcard(Pattern.compile(regex), word));
    } else if (section.words.put(key, word) != null) {
      throw new IllegalStateException("vocabulary.txt has " + key + " twice in a section");
    }
  }

  private static Vocabulary load() {
    try (InputStream in = Vocabulary.class.getResourceAsStream("vocabulary.txt")) {
      if (in == null) {
        throw new IllegalStateException("vocabulary.txt is missing from the program");
      }
      return new Vocabulary(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null if LiteLLM has no such key in this section. */
  @Nullable Word word(String section, String key) {
    Dictionary dictionary = dictionary(section);
    Word word = dictionary.words.get(key);
    if (word != null) {
      return word;
    }
    for (Wildcard wildcard : dictionary.wildcards.values()) {
      if (wildcard.pattern().matcher(key).matches()) {
        return wildcard.word();
      }
    }
    return null;
  }

  /** The keys of a section that are used, without wildcards. */
  Set<String> used(String section) {
    Set<String> used = new TreeSet<>();
    dictionary(section)
        .words
        .forEach(
            (key, word) -> {
              if (word.use() == Use.USED) {
                used.add(key);
              }
            });
    return used;
  }

  /** What the writer of an unknown key may have meant; null if nothing is near. */
  @Nullable String suggestion(String section, String key) {
    String near = Spelling.nearest(dictionary(section).words.keySet(), key);
    if (near != null) {
      return near;
    }
    for (Map.Entry<String, Dictionary> other : sections.entrySet()) {
      if (other.getKey().endsWith("_settings") && other.getValue().words.containsKey(key)) {
        return other.getKey() + "." + key;
      }
    }
    return null;
  }

  private Dictionary dictionary(String section) {
    Dictionary dictionary = sections.get(section);
    if (dictionary == null) {
      throw new IllegalArgumentException("vocabulary.txt has no section " + section);
    }
    return dictionary;
  }
}
