package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What the model has decided. */
public sealed interface Decision {

  /** The conversation up to and with the model's message, without feedback turns. */
  List<ObjectNode> conversation();

  /** Summed over the attempts. */
  ExecutionStats stats();

  /**
   * It needs no tool.
   *
   * @param response its text
   */
  record Finished(String response, List<ObjectNode> conversation, ExecutionStats stats)
      implements Decision {
    public Finished {
      conversation = List.copyOf(conversation);
    }
  }

  /**
   * It wants tools; run them and come back with {@link ToolResults#append}.
   *
   * @param calls in its order, at least one
   */
  record ToolsWanted(List<CheckedCall> calls, List<ObjectNode> conversation, ExecutionStats stats)
      implements Decision {
    public ToolsWanted {
      calls = List.copyOf(calls);
      conversation = List.copyOf(conversation);
    }
  }
}
