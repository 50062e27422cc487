package dev.tollgate.wire.embedding;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
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
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.RequestEdit;
import dev.tollgate.wire.openai.Unsupported;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's {@code /embeddings}, its clients and its providers. */
public final class OpenAiEmbedding implements EmbeddingClient, EmbeddingProvider {
  private static final Set<String> READ =
      Set.of("model", "input", "dimensions", "encoding_format", "user", "input_type", "stream");

  @Override
  public Embedding read(Request request, Deployment deployment) {
    Fields body = Fields.of(JsonTree.read(RequestEdit.toRead(request, deployment)), "");
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : body.node().properties()) {
      if (!READ.contains(member.getKey())) {
        extras.put(member.getKey(), member.getValue());
      }
    }
    return new Embedding(
        inputs(body), body.whole("dimensions"), body.text("input_type"), body.text("user"), extras);
  }

  /** A text, a list of texts, a list of token ids, or a list of such lists. */
  private static List<Input> inputs(Fields body) {
    JsonNode given = body.get("input");
    if (given != null && given.isString()) {
      return List.of(new Input.Text(given.stringValue()));
    }
    if (given == null || !given.isArray() || given.isEmpty()) {
      throw body.refused("input", "a string, a list of strings or lists of token ids");
    }
    if (given.get(0).isNumber()) {
      return List.of(tokens(given, "input"));
    }
    List<Input> inputs = new ArrayList<>(given.size());
    for (JsonNode item : given) {
      String path = "input[" + inputs.size() + "]";
      inputs.add(item.isString() ? new Input.Text(item.stringValue()) : tokens(item, path));
    }
    return inputs;
  }

  private static Input tokens(JsonNode ids, String path) {
    boolean whole = ids.isArray() && !ids.isEmpty();
    for (JsonNode id : ids) {
      whole &= id.isIntegralNumber();
    }
    if (!whole) {
      throw Fields.bad(path, "a string or a list of token ids");
    }
    return new Input.Tokens(ids);
  }

  @Override
  public byte[] write(Request request, Vectors vectors, Usage usage, ReplyShape shape) {
    boolean base64 = "base64".equals(Tree.text(JsonTree.read(request.body()), "encoding_format"));
    ObjectNode reply = Tree.object().put("object", "list");
    ArrayNode data = reply.putArray("data");
    for (JsonNode vector : vectors.vectors()) {
      ObjectNode item = Tree.object().put("object", "embedding").put("index", data.size());
      item.set("embedding", base64 ? Tree.string(VectorForm.base64(vector)) : vector);
      data.add(item);
    }
    reply.put("model", shape.model());
    ObjectNode figures =
        reply
            .putObject("usage")
            .put("prompt_tokens", usage.inputTokens())
            .put("total_tokens", usage.inputTokens());
    if (vectors.split()) {
      figures
          .putObject("prompt_tokens_details")
          .put("text_tokens", usage.inputTokens() - usage.inputImageTokens())
          .put("image_tokens", usage.inputImageTokens());
    }
    return JsonTree.write(reply);
  }

  @Override
  public byte[] write(Embedding embedding, Request request, Deployment deployment) {
    ObjectNode body = Tree.object().put("model", deployment.model());
    ArrayNode input = body.putArray("input");
    for (Input one : embedding.inputs()) {
      switch (one) {
        case Input.Text text -> input.add(text.text());
        case Input.Tokens tokens -> input.add(tokens.ids());
        case Input.Image _ ->
            throw Unsupported.content(deployment, "images in embeddings", "input");
      }
    }
    if (embedding.dimensions() != null) {
      body.put("dimensions", embedding.dimensions());
    }
    if (embedding.endUser() != null) {
      body.put("user", embedding.endUser());
    }
    return JsonTree.write(body);
  }

  @Override
  public Vectors read(Embedding embedding, Deployment deployment, byte[] body) {
    JsonNode reply = VectorForm.document(deployment, body);
    List<JsonNode> vectors = new ArrayList<>();
    for (JsonNode item : Tree.items(reply, "data")) {
      JsonNode numbers = VectorForm.numbers(item.path("embedding"));
      if (numbers == null) {
        throw VectorForm.unusable(deployment, "an item of the reply has no vector");
      }
      vectors.add(numbers);
    }
    JsonNode usage = reply.path("usage");
    long prompt = Tree.tokens(usage, "prompt_tokens");
    return VectorForm.checked(
        embedding,
        deployment,
        Tree.text(reply, "id"),
        vectors,
        Usage.of(prompt > 0 ? prompt : Tree.tokens(usage, "total_tokens"), 0));
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String provider = deployment.provider();
    return Refusal.of(
        provider, Refusal.familyOf(provider), status, Refusal.retryAfter(retryAfter, now), body);
  }
}
