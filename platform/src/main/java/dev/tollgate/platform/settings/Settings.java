package dev.tollgate.platform.settings;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two addresses and two keys that the platform's OpenAI calls use, and where each came from.
 * Immutable: a change of the environment needs {@link #load} again.
 *
 * <p>Each value comes from the constructor's overrides, else the process environment, else the
 * dotenv file, else its default. An empty variable hides what stands below it. {@code
 * OPENAI_INTERNAL_BASE_URL} defaults to {@code OPENAI_BASE_URL}, and both to {@link #PUBLIC_URL}.
 *
 * <p>Where the original would fail late, or send a key where it does not belong, this repairs
 * (unless {@code strict}):
 *
 * <ul>
 *   <li>blanks around a value are cut off, and an empty {@code OPENAI_BASE_URL} is taken as unset
 *       (the original calls the empty address);
 *   <li>an address without {@code http://} or {@code https://} is refused when loaded, not at the
 *       first call;
 *   <li>{@code OPENAI_INTERNAL_API_KEY} defaults to {@code OPENAI_API_KEY} when both addresses are
 *       equal but for a last slash. Otherwise it is withheld, and {@link #requireInternalApiKey}
 *       says so.
 * </ul>
 */
public final class Settings {
  /** Where calls go when nothing is set. */
  public static final String PUBLIC_URL = "https://api.openai.com/v1";

  private final Map<Setting, Value> values;
  private final boolean strict;

  private Settings(Map<Setting, Value> values, boolean strict) {
    this.values = values;
    this.strict = strict;
  }

  /** A text and its origin; shows neither, since it may be a key. */
  record Value(String text, Origin origin) {
    @Override
    public String toString() {
      return "*** from " + origin.phrase();
    }
  }

  /** Loads from this process's environment and {@code .env} in the working directory. */
  public static Settings load() {
    return load(System.getenv(), Path.of(".env"), Map.of(), false);
  }

  /**
   * Loads the four settings.
   *
   * @param environ names in any case; of several spellings the upper-case one counts
   * @param dotenv an absent file is no error; null for none
   * @param overrides what the program sets itself
   * @param strict reproduces the original: no trimming, no check, no default for the internal key
   * @throws SettingsException when an address or key cannot be used, or the file cannot be read
   */
  public static Settings load(
      Map<String, String> environ,
      @Nullable Path dotenv,
      Map<Setting, String> overrides,
      boolean strict) {
    var reader = new SettingsReader(environ, dotenv, overrides, strict);
    return new Settings(strict ? asOriginal(reader) : repaired(reader), strict);
  }

  private static Map<Setting, Value> asOriginal(SettingsReader reader) {
    var values = new EnumMap<Setting, Value>(Setting.class);
    var base =
        reader
            .find(Setting.OPENAI_BASE_URL)
            .orElseGet(() -> new Value(PUBLIC_URL, new Origin.Default(Optional.empty())));
    values.put(Setting.OPENAI_BASE_URL, base);
    var found = reader.find(Setting.OPENAI_INTERNAL_BASE_URL);
    values.put(
        Setting.OPENAI_INTERNAL_BASE_URL,
        found
            .filter(value -> !value.text().isEmpty())
            .orElseGet(
                () ->
                    base.text().isEmpty()
                        ? new Value(PUBLIC_URL, new Origin.Default(found.map(Value::origin)))
                        : new Value(
                            base.text(), new Origin.DefaultedFrom(Setting.OPENAI_BASE_URL))));
    for (var key : new Setting[] {Setting.OPENAI_API_KEY, Setting.OPENAI_INTERNAL_API_KEY}) {
      values.put(
          key,
          reader
              .find(key)
              .orElseGet(() -> new Value("", new Origin.Default(Optional.empty()))));
    }
    return values;
  }

  private static Map<Setting, Value> repaired(SettingsReader reader) {
    var values = new EnumMap<Setting, Value>(Setting.class);
    var base = address(reader, Setting.OPENAI_BASE_URL);
    values.put(Setting.OPENAI_BASE_URL, base.orElseGet(() -> unset(reader, Setting.OPENAI_BASE_URL, PUBLIC_URL)));
    var baseText = values.get(Setting.OPENAI_BASE_URL).text();
    values.put(
        Setting.OPENAI_INTERNAL_BASE_URL,
        address(reader, Setting.OPENAI_INTERNAL_BASE_URL)
            .orElseGet(
                () -> new Value(baseText, new Origin.DefaultedFrom(Setting.OPENAI_BASE_URL))));
    var key = key(reader, Setting.OPENAI_API_KEY);
    values.put(
        Setting.OPENAI_API_KEY, key.orElseGet(() -> unset(reader, Setting.OPENAI_API_KEY, "")));
    values.put(
        Setting.OPENAI_INTERNAL_API_KEY,
        key(reader, Setting.OPENAI_INTERNAL_API_KEY)
            .orElseGet(() -> internalKeyDefault(reader, values)));
    return values;
  }

  private static Value internalKeyDefault(SettingsReader reader, Map<Setting, Value> values) {
    var key = values.get(Setting.OPENAI_API_KEY).text();
    if (key.isEmpty()) {
      return unset(reader, Setting.OPENAI_INTERNAL_API_KEY, "");
    }
    var base = values.get(Setting.OPENAI_BASE_URL).text();
    var internal = values.get(Setting.OPENAI_INTERNAL_BASE_URL).text();
    if (Addresses.same(base, internal)) {
      return new Value(key, new Origin.DefaultedFrom(Setting.OPENAI_API_KEY));
    }
    return new Value(
        "",
        new Origin.Withheld(
            Setting.OPENAI_API_KEY,
            "the addresses differ ("
                + Addresses.shown(base)
                + " and "
                + Addresses.shown(internal)
                + ")"));
  }

  private static Optional<Value> address(SettingsReader reader, Setting setting) {
    var found = trimmed(reader, setting);
    found.ifPresent(value -> Addresses.check(setting, value));
    return found;
  }

  private static Optional<Value> key(SettingsReader reader, Setting setting) {
    var found = trimmed(reader, setting);
    found.ifPresent(
        value -> {
          if (!value.text().chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new SettingsException(
                setting.name(),
                "a blank, control or non-ASCII character inside the key in "
                    + value.origin().phrase(),
                "a key that a header can carry");
          }
        });
    return found;
  }

  private static Optional<Value> trimmed(SettingsReader reader, Setting setting) {
    return reader
        .find(setting)
        .map(value -> new Value(value.text().strip(), value.origin()))
        .filter(value -> !value.text().isEmpty());
  }

  private static Value unset(SettingsReader reader, Setting setting, String fallback) {
    return new Value(fallback, new Origin.Default(reader.find(setting).map(Value::origin)));
  }

  /** Where the LLM and Codex blocks send their calls; never changed by a slash or {@code /v1}. */
  public String openaiBaseUrl() {
    return value(Setting.OPENAI_BASE_URL).text();
  }

  /** The blocks' key; empty when none is set. */
  public String openaiApiKey() {
    return value(Setting.OPENAI_API_KEY).text();
  }

  /** Where the utility client sends its calls. */
  public String openaiInternalBaseUrl() {
    return value(Setting.OPENAI_INTERNAL_BASE_URL).text();
  }

  /** The utility client's key; empty when none is set or it is withheld. */
  public String openaiInternalApiKey() {
    return value(Setting.OPENAI_INTERNAL_API_KEY).text();
  }

  /**
   * The utility client's key, for a call that cannot do without.
   *
   * @throws SettingsException when there is none, saying why
   */
  public String requireInternalApiKey() {
    var value = value(Setting.OPENAI_INTERNAL_API_KEY);
    if (!value.text().isEmpty()) {
      return value.text();
    }
    throw new SettingsException(
        Setting.OPENAI_INTERNAL_API_KEY.name(),
        "no key (" + value.origin().phrase() + ")",
        "the key of " + shown(Setting.OPENAI_INTERNAL_BASE_URL));
  }

  /** Where a setting's value came from. */
  public Origin origin(Setting setting) {
    return value(setting).origin();
  }

  /** A setting's value for people: {@code ***} for a key, an address without user and password. */
  public String shown(Setting setting) {
    var text = value(setting).text();
    if (setting.secret()) {
      return text.isEmpty() ? "" : "***";
    }
    return Addresses.shown(text);
  }

  /** Whether the original is reproduced, faults included. */
  public boolean strict() {
    return strict;
  }

  /** One line a setting: name, value (keys masked) and origin. */
  public String describe() {
    var lines = new StringBuilder();
    for (var setting : Setting.values()) {
      var shown = shown(setting);
      lines
          .append("%-24s  %s".formatted(setting, shown.isBlank() ? "(empty)" : shown))
          .append("  from ")
          .append(origin(setting).phrase())
          .append('\n');
    }
    return lines.toString();
  }

  /** As {@link #describe} in one line, without origins. */
  @Override
  public String toString() {
    var text = new StringBuilder("Settings[");
    for (var setting : Setting.values()) {
      text.append(setting.ordinal() == 0 ? "" : ", ").append(setting).append('=').append(shown(setting));
    }
    return text.append(']').toString();
  }

  private Value value(Setting setting) {
    var value = values.get(setting);
    if (value == null) {
      throw new IllegalStateException(setting + " was not resolved");
    }
    return value;
  }
}
