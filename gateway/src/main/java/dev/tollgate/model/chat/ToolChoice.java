package dev.tollgate.model.chat;

/** Whether tools are called. */
public sealed interface ToolChoice {
  /** As the model likes. */
  record Auto() implements ToolChoice {}

  /** None. */
  record None() implements ToolChoice {}

  /** At least one. */
  record Required() implements ToolChoice {}

  /** This one. */
  record Named(String name) implements ToolChoice {}
}
