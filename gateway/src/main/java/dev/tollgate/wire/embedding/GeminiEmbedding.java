package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
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

/** Gemini's {@code batchEmbedContents}. */
public final class GeminiEmbedding implements EmbeddingProvider {
  private static final Set<String> KNOWN = Set.of("taskType", "title");

  @Override
  public byte[] write(Embedding embedding, Request request, Deployment deployment) {
    ObjectNode body = Tree.object();
    ArrayNode requests = body.putArray("requests");
    for (Input one : embedding.inputs()) {
      if (one instanceof Input.Text text) {
        ObjectNode written = requests.addObject().put("model", "models/" + deployment.model());
        written.putObject("content").putArray("parts").addObject().put("text", text.text());
        addParameters(written, embedding, request, deployment);
      } else {
        throw Unsupported.content(deployment, "anything but text in embeddings", "input");
      }
    }
    return JsonTree.write(body);
  }

  private static void addParameters(
      ObjectNode written, Embedding embedding, Request request, Deployment deployment) {
    if (embedding.dimensions() != null) {
      written.put("outputDimensionality", embedding.dimensions());
    }
    if (embedding.purpose() != null) {
      written.put("taskType", embedding.purpose());
    }
    embedding
        .extras()
        .forEach(
            (name, value) -> {
              String known = name.equals("task_type") ? "taskType" : name;
              if (!written.has(known) && Unsupported.passes(request, deployment, known, KNOWN)) {
                written.set(known, value);
              }
            });
  }

  @Override
  public Vectors read(Embedding embedding, Deployment deployment, byte[] body) {
    JsonNode reply = VectorForm.document(deployment, body);
    List<JsonNode> vectors = new ArrayList<>();
    for (JsonNode item : Tree.items(reply, "embeddings")) {
      JsonNode values = item.path("values");
      if (!values.isArray()) {
        throw VectorForm.unusable(deployment, "an item of the reply is no vector");
      }
      vectors.add(values);
    }
    return VectorForm.checked(embedding, deployment, null, vectors, null);
  }
}
