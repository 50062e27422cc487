package dev.tollgate.config;

import dev.tollgate.model.Wildcard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;
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

  private record Family(Wildcard names, Word word) {
    /** A star stands for letters, digits and underscores. */
    boolean has(String key) {
      List<String> parts = names.match(key);
      return parts != null && parts.stream().allMatch(Family::isPart);
    }

    private static boolean isPart(String text) {
      return !text.isEmpty()
          && text.chars()
              .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
  }

  private static final class Dictionary {
    private final Map<String, Word> words = new LinkedHashMap<>();
    private final Map<String, Family> families = new LinkedHashMap<>();
  }

  private final Map<String, Dictionary> sections = new LinkedHashMap<>();

  /** Reads without regular expressions: every start waits for a thousand lines. */
  private Vocabulary(String text) {
    Dictionary section = new Dictionary();
    StringTokenizer lines = new StringTokenizer(text, "\n");
    while (lines.hasMoreTokens()) {
      String line = lines.nextToken();
      int comment = line.indexOf('#');
      StringTokenizer columns =
          new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
      if (line.startsWith("[")) {
        section = new Dictionary();
        sections.put(line.substring(1, line.indexOf(']')), section);
      } else if (columns.hasMoreTokens()) {
        add(section, columns);
      }
    }
  }

  private static void add(Dictionary section, StringTokenizer columns) {
    String key = columns.nextToken();
    Use use = Use.valueOf(columns.nextToken().replace('-', '_').toUpperCase(Locale.ROOT));
    ValueType type = ValueType.ANY;
    String inert = "";
    while (columns.hasMoreTokens()) {
      String column = columns.nextToken();
      if (column.startsWith("=")) {
        inert = column.substring(1);
      } else {
        type = ValueType.valueOf(column.toUpperCase(Locale.ROOT));
      }
    }
    Word word = new Word(use, type, inert);
    if (key.contains("*")) {
      section.families.put(key, new Family(Wildcard.of(key), word));
    } else if (section.words.put(key, word) != null) {
      throw new IllegalStateException("vocabulary.txt has " + key + " twice in a section");
    }
  }

  private static Vocabulary load() {
    try (InputStream in = Vocabulary.class.getResourceAsStream("vocabulary.txt")) {
      if (in == null) {
        throw new IllegalStateException("vocabulary.txt is missing from the program");
      }
      return new Vocabulary(new String(in.readAllBytes(), StandardCharsets.UTF_8));
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
    for (Family family : dictionary.families.values()) {
      if (family.has(key)) {
        return family.word();
      }
    }
    return null;
  }

  /**
   * What a key of {@code litellm_params} is to LiteLLM itself; null if it is a parameter of the
   * request. One that is known as such is no credential, whatever it looks like.
   */
  @Nullable Word ofLitellm(String key) {
    Word exact = dictionary(ModelList.PARAMS).words.get(key);
    if (exact != null || dictionary(ModelList.REQUEST).words.containsKey(key)) {
      return exact;
    }
    return word(ModelList.PARAMS, key);
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
