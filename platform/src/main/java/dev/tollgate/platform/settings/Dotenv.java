package dev.tollgate.platform.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a dotenv file: {@code NAME=value}, {@code export NAME=value}, values bare, in single
 * or in double quotes (over several lines too), comments from {@code #}.
 *
 * <p>The rules are those of python-dotenv, which the platform reads its file with: in double quotes
 * {@code \n \t \r \" \' \\ \a \b \f \v} are escapes, in single quotes only {@code \'} and {@code
 * \\}; a bare value ends before a blank followed by {@code #}. A line that fits no rule is left
 * out. Immutable results; safe for several threads.
 */
public final class Dotenv {
  private Dotenv() {}

  /**
   * One binding.
   *
   * @param value absent for a bare name without {@code =}
   * @param line where it starts, counted from 1
   */
  public record Entry(String name, Optional<String> value, int line) {
    /** Shows no value, because a file holds keys. */
    @Override
    public String toString() {
      return name + "=*** (line " + line + ")";
    }
  }

  /**
   * Reads a file; an absent one has no entries, as for the original.
   *
   * @throws SettingsException when it is larger than 1 MiB, not UTF-8 or cannot be read
   */
  static List<Entry> read(Path file, boolean strict) {
    return Files.isRegularFile(file) ? parse(DotenvFile.text(file), strict) : List.of();
  }

  /** Every binding of a text, in its order, duplicates included. */
  public static List<Entry> parse(String text) {
    return parse(text, false);
  }

  static List<Entry> parse(String text, boolean strict) {
    var entries = new ArrayList<Entry>();
    // Editors on Windows put a byte order mark first; taken as part of the name it would hide it.
    var scanner = new Scanner(text.startsWith("\uFEFF") ? text.substring(1) : text, strict);
    while (scanner.more()) {
      var entry = scanner.next();
      if (entry != null) {
        entries.add(entry);
      }
    }
    return List.copyOf(entries);
  }

  /**
   * Writes a line that {@link #parse(String)} reads back as the same name and value.
   *
   * @param name without blanks, {@code =}, {@code #} and quotes
   */
  public static String line(String name, String value) {
    if (!name.matches("[^=#\\s'\"]+")) {
      throw new SettingsException(
          "name", "a character that no name can have", "letters, digits and underscores");
    }
    if (value.matches("[A-Za-z0-9_./:@%+,-]*")) {
      return name + "=" + value;
    }
    return name + "='" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Goes through a text once; each call of {@code next} takes at least one character. */
  private static final class Scanner {
    private final String text;
    private final boolean strict;
    private int at;
    private int line = 1;

    Scanner(String text, boolean strict) {
      this.text = text;
      this.strict = strict;
      skipBlankLines();
    }

    boolean more() {
      return at < text.length();
    }

    /** The next binding, or null for a comment or for a line that fits no rule. */
    @Nullable Entry next() {
      int startedOn = line;
      var name = name();
      var entry = name == null ? null : binding(name, startedOn);
      if (entry == null || !atLineEnd()) {
        entry = null;
        takeLine();
      }
      skipBlankLines();
      return entry;
    }

    private @Nullable Entry binding(String name, int startedOn) {
      skipBlanks();
      if (!more() || text.charAt(at) != '=') {
        return new Entry(name, Optional.empty(), startedOn);
      }
      at++;
      boolean blankFirst = skipBlanks() > 0;
      var value = value(blankFirst);
      return value == null ? null : new Entry(name, Optional.of(value), startedOn);
    }

    private @Nullable String name() {
      if (text.startsWith("export", at) && at + 6 < text.length() && isBlank(text.charAt(at + 6))) {
        at += 6;
        skipBlanks();
      }
      if (more() && text.charAt(at) == '\'') {
        int end = text.indexOf('\'', at + 1);
        if (end <= at + 1) {
          return null;
        }
        var quoted = text.substring(at + 1, end);
        advance(end + 1);
        return quoted;
      }
      int from = at;
      while (more() && "=#".indexOf(text.charAt(at)) < 0 && !isSpace(text.charAt(at))) {
        at++;
      }
      return at == from ? null : text.substring(from, at);
    }

    private @Nullable String value(boolean blankFirst) {
      if (!more()) {
        return "";
      }
      char first = text.charAt(at);
      if (first == '\'' || first == '"') {
        return quoted(first);
      }
      if (first == '#' && blankFirst && !strict) {
        // The original takes "NAME= # note" for the value "# note"; no one means that.
        return "";
      }
      int from = at;
      while (more() && !isLineEnd(text.charAt(at))) {
        at++;
      }
      return withoutComment(text.substring(from, at)).stripTrailing();
    }

    private static String withoutComment(String bare) {
      for (int i = 1; i < bare.length(); i++) {
        if (bare.charAt(i) == '#' && isSpace(bare.charAt(i - 1))) {
          return bare.substring(0, i);
        }
      }
      return bare;
    }

    private @Nullable String quoted(char quote) {
      var value = new StringBuilder();
      for (int i = at + 1; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == quote) {
          advance(i + 1);
          return value.toString();
        }
        if (c == '\\' && i + 1 < text.length()) {
          i++;
          value.append(unescaped(text.charAt(i), quote));
        } else {
          value.append(c);
        }
      }
      return null;
    }

    private static String unescaped(char c, char quote) {
      if (c == '\\' || c == '\'') {
        return String.valueOf(c);
      }
      if (quote == '\'') {
        return "\\" + c;
      }
      return switch (c) {
        case '"' -> "\"";
        case 'a' -> "\u0007";
        case 'b' -> "\b";
        case 'f' -> "\f";
        case 'n' -> "\n";
        case 'r' -> "\r";
        case 't' -> "\t";
        case 'v' -> "\u000B";
        default -> "\\" + c;
      };
    }

    /** Takes a trailing comment; what else is left of the line spoils it. */
    private boolean atLineEnd() {
      skipBlanks();
      if (more() && text.charAt(at) == '#') {
        takeLine();
      }
      return !more() || isLineEnd(text.charAt(at));
    }

    private void takeLine() {
      while (more() && !isLineEnd(text.charAt(at))) {
        at++;
      }
    }

    private int skipBlanks() {
      int from = at;
      while (more() && isBlank(text.charAt(at))) {
        at++;
      }
      return at - from;
    }

    private void skipBlankLines() {
      int from = at;
      while (more() && isSpace(text.charAt(at))) {
        at++;
      }
      int to = at;
      at = from;
      advance(to);
    }

    /** Moves on and counts the lines passed; CR LF is one. */
    private void advance(int to) {
      for (; at < to; at++) {
        char c = text.charAt(at);
        if (c == '\n' || (c == '\r' && (at + 1 >= text.length() || text.charAt(at + 1) != '\n'))) {
          line++;
        }
      }
    }

    private static boolean isLineEnd(char c) {
      return c == '\n' || c == '\r';
    }

    private static boolean isSpace(char c) {
      return Character.isWhitespace(c) || c == '\u00A0';
    }

    private static boolean isBlank(char c) {
      return isSpace(c) && !isLineEnd(c);
    }
  }
}
