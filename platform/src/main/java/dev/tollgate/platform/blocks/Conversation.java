package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Continues a conversation that the caller keeps. Immutable. */
public final class Conversation {
  private final StructuredResponseGenerator generator;

  public Conversation(LlmBlock block) {
    this.generator = new StructuredResponseGenerator(block);
  }

  /**
   * Sends the messages and, unless it is "", a prompt as the user's next turn.
   *
   * @throws BadInputException if there is nothing to send or a message has no role
   * @throws GenerationFailedException if every attempt failed
   */
  public TextResponse reply(GenerationOptions options, List<ObjectNode> messages, String prompt) {
    return TextResponse.of(
        generator.generate(options, PromptText.of(prompt), OutputFormat.none(), messages));
  }
}
