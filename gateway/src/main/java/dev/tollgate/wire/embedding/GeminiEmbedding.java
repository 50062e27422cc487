package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.embedding.Embedding;
import dev.tollgate.model.embedding.Embedding.Input;
import dev.tollgate.model.embedding.Vectors;
import dev.tollgate.wire.EmbeddingClient;
import dev.tollgate.wire.EmbeddingProvider;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Unsupported;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's {@code batchEmbedContents}. */
public final class GeminiEmbedding implements EmbeddingClient, EmbeddingProvider {
  private static final Set<String> KNOWN = Set.of("taskType", "title");

  /** What Google calls the purposes that others have too. */
  private static final Map<String, String> PURPOSES =
      Map.of(
          "RETRIEVAL_QUERY", "search_query",
          "RETRIEVAL_DOCUMENT", "search_document",
          "CLASSIFICATION", "classification",
          "CLUSTERING", "clustering");

  @Override
  public Embedding read(Request request, Deployment deployment) {
    Fields body = Fields.of(JsonTree.read(request.body()), "");
    if (request.operation() == Operation.GEMINI_EMBED_ONE) {
      return new Embedding(List.of(input(body)), dimensions(body), purpose(body), null, Map.of());
    }
    List<JsonNode> requests = body.list("requests");
    if (requests.isEmpty()) {
      throw body.refused("requests", "a list of at least one request");
    }
    List<Input> inputs = new ArrayList<>(requests.size());
    Fields first = Fields.of(requests.getFirst(), "requests[0]");
    for (int i = 0; i < requests.size(); i++) {
      Fields one = Fields.of(requests.get(i), "requests[" + i + "]");
      if (!Objects.equals(dimensions(one), dimensions(first))) {
        throw one.refused("outputDimensionality", "the same as of the first request");
      }
      if (!Objects.equals(purpose(one), purpose(first))) {
        throw one.refused("taskType", "the same as of the first request");
      }
      inputs.add(input(one));
    }
    return new Embedding(inputs, dimensions(first), purpose(first), null, Map.of());
  }

  private static Input input(Fields one) {
    Fields content = one.object("content");
    if (content == null) {
      throw one.refused("content", "an object with parts");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content.list("parts")) {
      text.append(Fields.of(part, content.pathOf("parts")).requiredText("text"));
    }
    return new Input.Text(text.toString());
  }

  private static @Nullable Long dimensions(Fields one) {
    Long camel = one.whole("outputDimensionality");
    return camel == null ? one.whole("output_dimensionality") : camel;
  }

  private static @Nullable String purpose(Fields one) {
    String camel = one.text("taskType");
    String type = camel == null ? one.text("task_type") : camel;
    return type == null ? null : PURPOSES.get(type);
  }

  @Override
  public byte[] write(Request request, Vectors vectors, Usage usage, ReplyShape shape) {
    ObjectNode reply = Tree.object();
    if (request.operation() == Operation.GEMINI_EMBED_ONE) {
      reply.putObject("embedding").set("values", vectors.vectors().getFirst());
    } else {
      ArrayNode embeddings = reply.putArray("embeddings");
      vectors.vectors().forEach(vector -> embeddings.addObject().set("values", vector));
    }
    reply.putObject("usageMetadata").put("promptTokenCount", usage.inputTokens());
    return JsonTree.write(reply);
  }

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
