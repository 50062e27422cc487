package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;

/** Asks for a text of any form. Immutable. */
public final class TextGenerator {
  private final StructuredResponseGenerator generator;

  public TextGenerator(LlmBlock block) {
    this.generator = new StructuredResponseGenerator(block);
  }

  /**
   * Sends the system prompt and the user's prompt; "" is a possible answer.
   *
   * @throws BadInputException if there is nothing to send or an input is bad
   * @throws GenerationFailedException if every attempt failed
   */
  public TextResponse generate(GenerationOptions options, PromptText text) {
    return TextResponse.of(generator.generate(options, text, OutputFormat.none(), List.of()));
  }
}
