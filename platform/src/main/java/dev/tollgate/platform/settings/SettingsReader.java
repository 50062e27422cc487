package dev.tollgate.platform.settings;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what was set for each setting, before any default. Used by one thread. */
final class SettingsReader {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]*)(?::-([^}]*))?}");

  private final Map<String, String> environ;
  private final Map<Setting, String> overrides;
  private final Map<Setting, Settings.Value> fromFile;

  SettingsReader(
      Map<String, String> environ,
      @Nullable Path dotenv,
      Map<Setting, String> overrides,
      boolean strict) {
    this.environ = environ;
    this.overrides = overrides;
    this.fromFile = dotenv == null ? Map.of() : fromFile(dotenv, strict);
  }

  /**
   * The value of highest precedence: constructor, environment, file. An empty one counts, and hides
   * those below it.
   */
  Optional<Settings.Value> find(Setting setting) {
    var given = overrides.get(setting);
    if (given != null) {
      return Optional.of(new Settings.Value(given, new Origin.Constructor()));
    }
    return fromEnvironment(setting).or(() -> Optional.ofNullable(fromFile.get(setting)));
  }

  /**
   * The exact name first; of other spellings the last in alphabetical order, so that it is the same
   * each time.
   */
  private Optional<Settings.Value> fromEnvironment(Setting setting) {
    var exact = environ.get(setting.name());
    if (exact != null) {
      return Optional.of(new Settings.Value(exact, new Origin.Environment(setting.name())));
    }
    var spellings = new TreeMap<String, String>();
    environ.forEach(
        (name, value) -> {
          if (name.equalsIgnoreCase(setting.name())) {
            spellings.put(name, value);
          }
        });
    return Optional.ofNullable(spellings.lastEntry())
        .map(last -> new Settings.Value(last.getValue(), new Origin.Environment(last.getKey())));
  }

  private Map<Setting, Settings.Value> fromFile(Path file, boolean strict) {
    var found = new EnumMap<Setting, Settings.Value>(Setting.class);
    var known = new HashMap<>(environ);
    List<Dotenv.Entry> entries = Dotenv.read(file, strict);
    for (var entry : entries) {
      var value = entry.value().map(text -> expanded(text, known));
      value.ifPresent(text -> known.put(entry.name(), text));
      var setting = setting(entry.name());
      if (setting == null) {
        continue;
      }
      // A bare name without "=" is unset, and as the last one it takes back what stood above.
      value.ifPresentOrElse(
          text ->
              found.put(
                  setting, new Settings.Value(text, new Origin.DotenvFile(file, entry.line()))),
          () -> found.remove(setting));
    }
    return found;
  }

  /** Replaces {@code ${NAME}} and {@code ${NAME:-default}} once, never in what was put in. */
  private static String expanded(String text, Map<String, String> known) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match -> {
              var value = known.get(match.group(1));
              if (value == null) {
                value = match.group(2) == null ? "" : match.group(2);
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static @Nullable Setting setting(String name) {
    var upper = name.toUpperCase(Locale.ROOT);
    for (var setting : Setting.values()) {
      if (setting.name().equals(upper)) {
        return setting;
      }
    }
    return null;
  }
}
