package dev.tollgate.platform.blocks;

/** Runs a tool for the agent loop. */
@FunctionalInterface
public interface ToolRunner {

  /**
   * Runs one call and gives its result as text, JSON or not.
   *
   * @throws RuntimeException whose message is told to the model as the call's result
   */
  String run(CheckedCall call);
}
