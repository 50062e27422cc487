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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Ollama's {@code /api/embed}. */
public final class OllamaEmbedding implements EmbeddingProvider {
  private static final Set<String> TOP_LEVEL = Set.of("truncate", "keep_alive", "options");

  @Override
  public byte[] write(Embedding embedding, Request request, Deployment deployment) {
    ObjectNode body = Tree.object().put("model", deployment.model());
    ArrayNode input = body.putArray("input");
    for (Input one : embedding.inputs()) {
      switch (one) {
        case Input.Text text -> input.add(text.text());
        case Input.Tokens _ -> throw Unsupported.content(deployment, "token ids as input", "input");
        case Input.Image _ ->
            throw Unsupported.content(deployment, "images in embeddings", "input");
      }
    }
    if (embedding.dimensions() != null) {
      body.put("dimensions", embedding.dimensions());
    }
    ObjectNode options = Tree.object();
    embedding
        .extras()
        .forEach(
            (name, value) -> {
              if (Unsupported.passes(request, deployment, name, TOP_LEVEL)) {
                (TOP_LEVEL.contains(name) ? body : options).set(name, value);
              }
            });
    if (!options.isEmpty()) {
      if (body.get("options") instanceof ObjectNode given) {
        options.setAll(given);
      }
      body.set("options", options);
    }
    return JsonTree.write(body);
  }

  @Override
  public Vectors read(Embedding embedding, Deployment deployment, byte[] body) {
    JsonNode reply = VectorForm.document(deployment, body);
    List<JsonNode> vectors = new ArrayList<>();
    Tree.items(reply, "embeddings").forEach(vectors::add);
    return VectorForm.checked(
        embedding, deployment, null, vectors, Usage.of(Tree.tokens(reply, "prompt_eval_count"), 0));
  }
}
