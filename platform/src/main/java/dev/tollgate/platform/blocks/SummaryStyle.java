package dev.tollgate.platform.blocks;

/** How a summary is written. */
public enum SummaryStyle {
  CONCISE("concise"),
  DETAILED("detailed"),
  BULLET_POINTS("bullet points"),
  NUMBERED_LIST("numbered list");

  private final String words;

  SummaryStyle(String words) {
    this.words = words;
  }

  /** What the model is told. */
  public String words() {
    return words;
  }
}
