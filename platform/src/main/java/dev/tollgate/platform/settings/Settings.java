package dev.tollgate.platform.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
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

  private final Value baseUrl;
  private final Value apiKey;
  private final Value internalBaseUrl;
  private final Value internalApiKey;
  private final boolean strict;

  private Settings(
      Value baseUrl, Value apiKey, Value internalBaseUrl, Value internalApiKey, boolean strict) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.internalBaseUrl = internalBaseUrl;
    this.internalApiKey = internalApiKey;
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
    return strict ? asOriginal(reader) : repaired(reader);
  }

  private static Settings asOriginal(SettingsReader reader) {
    var base =
        reader.find(Setting.OPENAI_BASE_URL).orElseGet(() -> unset(PUBLIC_URL, Optional.empty()));
    var found = reader.find(Setting.OPENAI_INTERNAL_BASE_URL);
    var internal =
        found
            .filter(value -> !value.text().isEmpty())
            .orElseGet(
                () ->
                    base.text().isEmpty()
                        ? unset(PUBLIC_URL, found)
                        : new Value(
                            base.text(), new Origin.DefaultedFrom(Setting.OPENAI_BASE_URL)));
    var key = reader.find(Setting.OPENAI_API_KEY);
    var internalKey = reader.find(Setting.OPENAI_INTERNAL_API_KEY);
    return new Settings(
        base,
        key.orElseGet(() -> unset("", key)),
        internal,
        internalKey.orElseGet(() -> unset("", internalKey)),
        true);
  }

  private static Settings repaired(SettingsReader reader) {
    var base =
        address(reader, Setting.OPENAI_BASE_URL)
            .orElseGet(() -> unset(PUBLIC_URL, reader.find(Setting.OPENAI_BASE_URL)));
    var internal =
        address(reader, Setting.OPENAI_INTERNAL_BASE_URL)
            .orElseGet(
                () -> new Value(base.text(), new Origin.DefaultedFrom(Setting.OPENAI_BASE_URL)));
    var key =
        key(reader, Setting.OPENAI_API_KEY)
            .orElseGet(() -> unset("", reader.find(Setting.OPENAI_API_KEY)));
    var internalKey =
        key(reader, Setting.OPENAI_INTERNAL_API_KEY)
            .orElseGet(
                () ->
                    key.text().isEmpty()
                        ? unset("", reader.find(Setting.OPENAI_INTERNAL_API_KEY))
                        : internalKeyDefault(key, base.text(), internal.text()));
    return new Settings(base, key, internal, internalKey, false);
  }

  private static Value internalKeyDefault(Value key, String base, String internal) {
    if (Addresses.same(base, internal)) {
      return new Value(key.text(), new Origin.DefaultedFrom(Setting.OPENAI_API_KEY));
    }
    var reason =
        "the addresses differ (%s and %s)"
            .formatted(Addresses.shown(base), Addresses.shown(internal));
    return new Value("", new Origin.Withheld(Setting.OPENAI_API_KEY, reason));
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

  private static Value unset(String fallback, Optional<Value> empty) {
    return new Value(fallback, new Origin.Default(empty.map(Value::origin)));
  }

  /** Where the LLM and Codex blocks send their calls; never changed by a slash or {@code /v1}. */
  public String openaiBaseUrl() {
    return baseUrl.text();
  }

  /** The blocks' key; empty when none is set. */
  public String openaiApiKey() {
    return apiKey.text();
  }

  /** Where the utility client sends its calls. */
  public String openaiInternalBaseUrl() {
    return internalBaseUrl.text();
  }

  /** The utility client's key; empty when none is set or it is withheld. */
  public String openaiInternalApiKey() {
    return internalApiKey.text();
  }

  /**
   * The utility client's key, for a call that cannot do without.
   *
   * @throws SettingsException when there is none, saying why
   */
  public String requireInternalApiKey() {
    return required(Setting.OPENAI_INTERNAL_API_KEY, Setting.OPENAI_INTERNAL_BASE_URL);
  }

  /**
   * The blocks' key, for a call that cannot do without.
   *
   * @throws SettingsException when there is none, saying why
   */
  public String requireApiKey() {
    return required(Setting.OPENAI_API_KEY, Setting.OPENAI_BASE_URL);
  }

  private String required(Setting key, Setting address) {
    var value = value(key);
    if (!value.text().isEmpty()) {
      return value.text();
    }
    throw new SettingsException(
        key.name(), "no key (" + value.origin().phrase() + ")", "the key of " + shown(address));
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
      lines.append(
          "%-24s  %s  # %s\n"
              .formatted(setting, shown.isBlank() ? "(empty)" : shown, origin(setting).phrase()));
    }
    return lines.toString();
  }

  /** As {@link #describe} in one line, without origins. */
  @Override
  public String toString() {
    var text = new StringJoiner(", ", "Settings[", "]");
    for (var setting : Setting.values()) {
      text.add(setting + "=" + shown(setting));
    }
    return text.toString();
  }

  private Value value(Setting setting) {
    return switch (setting) {
      case OPENAI_BASE_URL -> baseUrl;
      case OPENAI_API_KEY -> apiKey;
      case OPENAI_INTERNAL_BASE_URL -> internalBaseUrl;
      case OPENAI_INTERNAL_API_KEY -> internalApiKey;
    };
  }
}
