package dev.tollgate.config;

/**
 * Thrown by the compact constructors of settings; the reader adds the key's position. Not public:
 * who builds settings by hand sees an {@link IllegalArgumentException}.
 */
final class SettingRefused extends IllegalArgumentException {
  private final String key;
  private final String expected;

  SettingRefused(String key, String expected) {
    super(key + ": expected " + expected);
    this.key = key;
    this.expected = expected;
  }

  static void unless(boolean fine, String key, String expected) {
    if (!fine) {
      throw new SettingRefused(key, expected);
    }
  }

  String key() {
    return key;
  }

  String expected() {
    return expected;
  }
}
