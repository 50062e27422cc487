package dev.tollgate.platform.doctor;

import dev.tollgate.platform.settings.Setting;
import dev.tollgate.platform.settings.Settings;

/** A part of the platform that calls, with the two settings that it goes by. */
public enum Component {
  LLM_BLOCK("llm", "LLM block", Setting.OPENAI_BASE_URL, Setting.OPENAI_API_KEY),
  CODEX_BLOCK("codex", "Codex block", Setting.OPENAI_BASE_URL, Setting.OPENAI_API_KEY),
  EMBEDDINGS(
      "embeddings",
      "Embeddings (utility client)",
      Setting.OPENAI_INTERNAL_BASE_URL,
      Setting.OPENAI_INTERNAL_API_KEY);

  private final String id;
  private final String title;
  private final Setting address;
  private final Setting key;

  Component(String id, String title, Setting address, Setting key) {
    this.id = id;
    this.title = title;
    this.address = address;
    this.key = key;
  }

  /** A short name, such as {@code llm}. */
  public String id() {
    return id;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Which setting holds its address. */
  public Setting address() {
    return address;
  }

  /** Which setting holds its key. */
  public Setting key() {
    return key;
  }

  String address(Settings settings) {
    return this == EMBEDDINGS ? settings.openaiInternalBaseUrl() : settings.openaiBaseUrl();
  }

  String key(Settings settings) {
    return this == EMBEDDINGS ? settings.openaiInternalApiKey() : settings.openaiApiKey();
  }
}
