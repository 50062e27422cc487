package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Embedding.Input;
import dev.tollgate.model.embedding.Vectors;
import dev.tollgate.wire.EmbeddingProvider;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Unsupported;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Embeddings by Bedrock's Invoke: each model's maker has a body of its own. Amazon's Titan takes
 * one text a call; Cohere's models take Cohere's body without the model.
 */
public final class BedrockEmbedding implements EmbeddingProvider {
  private final CohereEmbedding cohere = new CohereEmbedding();

  @Override
  public byte[] write(Embedding embedding, Request request, Deployment deployment) {
    if (isCohere(deployment)) {
      JsonNode body = JsonTree.read(cohere.write(embedding, request, deployment));
      if (body instanceof ObjectNode object) {
        object.remove("model");
      }
      return JsonTree.write(body);
    }
    if (embedding.inputs().size() != 1
        || !(embedding.inputs().getFirst() instanceof Input.Text text)) {
      throw Unsupported.content(deployment, "anything but one text as input", "input");
    }
    ObjectNode body = Tree.object().put("inputText", text.text());
    if (embedding.dimensions() != null) {
      body.put("dimensions", embedding.dimensions());
    }
    return JsonTree.write(body);
  }

  private static boolean isCohere(Deployment deployment) {
    return deployment.model().contains("cohere.");
  }

  @Override
  public Vectors read(Embedding embedding, Deployment deployment, byte[] body) {
    if (isCohere(deployment)) {
      return cohere.read(embedding, deployment, body);
    }
    JsonNode reply = VectorForm.document(deployment, body);
    JsonNode vector = reply.path("embedding");
    if (!vector.isArray()) {
      throw VectorForm.unusable(deployment, "the reply has no 'embedding'");
    }
    return VectorForm.checked(
        embedding,
        deployment,
        null,
        List.of(vector),
        Usage.of(Tree.tokens(reply, "inputTextTokenCount"), 0));
  }
}
