package dev.tollgate.platform.doctor;

import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.codex.CodexBlock;
import java.time.Duration;
import java.util.List;

/**
 * What to look at. Immutable.
 *
 * @param components in the order of the report
 * @param llmModels names at the gateway that the LLM block is to find there
 * @param calls whether each component makes one small call, which costs a few tokens
 * @param timeout for one request
 * @param slow above this, a request that calls no model is too slow
 * @param slowCall above this, a call of a model is too slow
 */
public record Examination(
    List<Component> components,
    List<String> llmModels,
    boolean calls,
    Duration timeout,
    Duration slow,
    Duration slowCall) {

  public Examination {
    components = List.copyOf(components);
    llmModels = List.copyOf(llmModels);
  }

  /** Everything without a call: 10 s a request, 2 s is slow, 30 s for a call of a model. */
  public static final Examination USUAL =
      new Examination(
          List.of(Component.values()),
          List.of(LlmModels.byDefault().gatewayName()),
          false,
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30));

  List<String> models(Component component) {
    return switch (component) {
      case LLM_BLOCK -> llmModels;
      case CODEX_BLOCK -> List.of(CodexBlock.MODEL);
      case EMBEDDINGS -> List.of(Embeddings.MODEL);
    };
  }
}
