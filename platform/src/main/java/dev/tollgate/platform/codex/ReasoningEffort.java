package dev.tollgate.platform.codex;

/** How long the model may think before it answers. */
public enum ReasoningEffort {
  /** Nothing is asked for; the field is left out. */
  NONE("none"),
  LOW("low"),
  MEDIUM("medium"),
  HIGH("high");

  private final String wireName;

  ReasoningEffort(String wireName) {
    this.wireName = wireName;
  }

  /** As the request spells it. */
  public String wireName() {
    return wireName;
  }
}
