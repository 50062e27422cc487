package dev.tollgate.platform.doctor;

import dev.tollgate.platform.blocks.LlmBlock;
import dev.tollgate.platform.blocks.LlmModel;
import dev.tollgate.platform.blocks.LlmProvider;
import dev.tollgate.platform.blocks.LlmRequest;
import dev.tollgate.platform.blocks.Messages;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.client.TokenCut;
import dev.tollgate.platform.client.Transport;
import dev.tollgate.platform.codex.CodexBlock;
import dev.tollgate.platform.codex.ReasoningEffort;
import java.util.List;

/** The smallest call that shows a component to work: the very request that it makes otherwise. */
final class SmallCall {
  /** The smallest cap that the Responses API takes. */
  private static final int OUTPUT_TOKENS = 16;

  private static final int CONTEXT_TOKENS = 4_096;
  private static final String TEXT = "ok";

  private SmallCall() {}

  static String named(Component component) {
    return switch (component) {
      case LLM_BLOCK -> "POST /chat/completions";
      case CODEX_BLOCK -> "POST /responses";
      case EMBEDDINGS -> "POST /embeddings";
    };
  }

  /** Makes the call; says what came of it. */
  static String make(Component component, Transport transport, String model) {
    return switch (component) {
      case LLM_BLOCK -> chat(transport, model);
      case CODEX_BLOCK -> codex(transport, model);
      case EMBEDDINGS -> embedding(transport);
    };
  }

  private static String chat(Transport transport, String name) {
    var model = new LlmModel(name, LlmProvider.OPENAI, CONTEXT_TOKENS, OUTPUT_TOKENS, name);
    var answer =
        new LlmBlock(transport).llmCall(LlmRequest.of(model, List.of(Messages.user(TEXT))));
    return "answered with %d tokens".formatted(answer.completionTokens());
  }

  private static String codex(Transport transport, String model) {
    var block = new CodexBlock(transport);
    block.callCodex(TEXT, "", model, ReasoningEffort.NONE, OUTPUT_TOKENS);
    return "answered with %d tokens".formatted(block.stats().outputTokens());
  }

  private static String embedding(Transport transport) {
    var embedding = new Embeddings(transport, TokenCut.cl100k()).generateEmbedding(TEXT);
    return embedding.warning().orElse(embedding.dimensions() + " dimensions");
  }
}
