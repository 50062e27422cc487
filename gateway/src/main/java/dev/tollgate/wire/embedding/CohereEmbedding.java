package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Source;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's {@code /v2/embed}, its clients and its providers. */
public final class CohereEmbedding implements EmbeddingClient, EmbeddingProvider {
  private static final Set<String> KNOWN = Set.of("truncate", "max_tokens", "embedding_types");

  @Override
  public Embedding read(Request request, Deployment deployment) {
    Fields body = Fields.of(JsonTree.read(request.body()), "");
    for (String type : body.texts("embedding_types")) {
      if (!type.equals("float") && !type.equals("base64")) {
        throw body.refused("embedding_types", "float or base64, which this model's provider has");
      }
    }
    List<Input> inputs = new ArrayList<>();
    body.texts("texts").forEach(text -> inputs.add(new Input.Text(text)));
    body.texts("images").forEach(url -> inputs.add(new Input.Image(new Source.Url(url, null))));
    if (inputs.isEmpty()) {
      throw body.refused("texts", "a list of strings");
    }
    return new Embedding(
        inputs, body.whole("output_dimension"), body.text("input_type"), null, Map.of());
  }

  @Override
  public byte[] write(Request request, Vectors vectors, Usage usage, ReplyShape shape) {
    Fields body = Fields.of(JsonTree.read(request.body()), "");
    List<String> types = body.texts("embedding_types");
    String id = vectors.id();
    ObjectNode reply = Tree.object().put("id", id == null ? shape.id("") : id);
    ObjectNode embeddings = reply.putObject("embeddings");
    if (types.isEmpty() || types.contains("float")) {
      ArrayNode floats = embeddings.putArray("float");
      vectors.vectors().forEach(floats::add);
    }
    if (types.contains("base64")) {
      ArrayNode texts = embeddings.putArray("base64");
      vectors.vectors().forEach(vector -> texts.add(VectorForm.base64(vector)));
    }
    ArrayNode texts = reply.putArray("texts");
    body.texts("texts").forEach(texts::add);
    ObjectNode meta = reply.putObject("meta");
    meta.putObject("api_version").put("version", "2");
    meta.putObject("billed_units").put("input_tokens", usage.inputTokens());
    return JsonTree.write(reply.put("response_type", "embeddings_by_type"));
  }

  @Override
  public byte[] write(Embedding embedding, Request request, Deployment deployment) {
    ObjectNode body = Tree.object().put("model", deployment.model());
    ArrayNode texts = Tree.array();
    ArrayNode images = Tree.array();
    for (Input one : embedding.inputs()) {
      switch (one) {
        case Input.Text text -> texts.add(text.text());
        case Input.Image image -> images.add(url(image.source()));
        case Input.Tokens _ -> throw Unsupported.content(deployment, "token ids as input", "input");
      }
    }
    if (!texts.isEmpty()) {
      body.set("texts", texts);
    }
    if (!images.isEmpty()) {
      body.set("images", images);
    }
    String purpose = embedding.purpose();
    body.put(
        "input_type", purpose != null ? purpose : images.isEmpty() ? "search_document" : "image");
    if (embedding.dimensions() != null) {
      body.put("output_dimension", embedding.dimensions());
    }
    embedding
        .extras()
        .forEach(
            (name, value) -> {
              if (!body.has(name) && Unsupported.passes(request, deployment, name, KNOWN)) {
                body.set(name, value);
              }
            });
    return JsonTree.write(body);
  }

  private static String url(Source source) {
    return switch (source) {
      case Source.Url url -> url.url();
      case Source.Data data -> "data:" + data.mediaType() + ";base64," + data.base64();
      case Source.File file -> file.id();
      case Source.Plain plain -> plain.text();
    };
  }

  /** Vectors by type, or a bare list as of version 1. */
  @Override
  public Vectors read(Embedding embedding, Deployment deployment, byte[] body) {
    JsonNode reply = VectorForm.document(deployment, body);
    JsonNode embeddings = reply.path("embeddings");
    JsonNode given = embeddings.isObject() ? embeddings.path("float") : embeddings;
    if (embeddings.isObject() && given.isMissingNode()) {
      given = embeddings.path("base64");
    }
    List<JsonNode> vectors = new ArrayList<>();
    for (JsonNode vector : given) {
      JsonNode numbers = VectorForm.numbers(vector);
      if (numbers == null) {
        throw VectorForm.unusable(deployment, "an item of the reply is no vector");
      }
      vectors.add(numbers);
    }
    return VectorForm.checked(
        embedding, deployment, Tree.text(reply, "id"), vectors, usage(reply.path("meta")));
  }

  private static @Nullable Usage usage(JsonNode meta) {
    JsonNode billed = meta.path("billed_units");
    return billed.isObject()
        ? Usage.of(Tree.tokens(billed, "input_tokens") + Tree.tokens(billed, "image_tokens"), 0)
        : null;
  }
}
