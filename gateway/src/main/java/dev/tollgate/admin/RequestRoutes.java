package dev.tollgate.admin;

import dev.tollgate.access.Access;
import dev.tollgate.admin.form.Json;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be known of a request without making it: LiteLLM's {@code /utils/*}. They spend nothing.
 * Thread-safe.
 */
public final class RequestRoutes {
  /** Parameters of OpenAI's chat completions that providers may have. */
  private static final List<String> PARAMETERS =
      List.of(
          "frequency_penalty",
          "logit_bias",
          "logprobs",
          "top_logprobs",
          "max_tokens",
          "max_completion_tokens",
          "modalities",
          "prediction",
          "n",
          "presence_penalty",
          "seed",
          "stop",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "tools",
          "tool_choice",
          "function_call",
          "functions",
          "parallel_tool_calls",
          "audio",
          "response_format",
          "reasoning_effort",
          "verbosity",
          "web_search_options",
          "service_tier",
          "store",
          "user",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "extra_headers");

  /** Those whose body names the model. */
  private static final List<Operation> SHOWN =
      List.of(
          Operation.CHAT,
          Operation.COMPLETION,
          Operation.EMBEDDING,
          Operation.RESPONSES,
          Operation.MESSAGES,
          Operation.RERANK,
          Operation.MODERATION,
          Operation.IMAGE_GENERATION);

  private final Access access;
  private final Routing routing;
  private final TokenCount tokens;
  private final Transformation transformation;

  /** Counts the tokens of a body by its members {@code messages}, {@code prompt} and so on. */
  @FunctionalInterface
  public interface TokenCount {
    long of(byte[] body);
  }

  /** Shows what a provider would be sent. */
  @FunctionalInterface
  public interface Transformation {
    Transformed of(Caller caller, Operation operation, byte[] body);
  }

  /**
   * A provider's request.
   *
   * @param headers without what proves who asks
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: it is never compared
  public record Transformed(String url, Map<String, String> headers, byte[] body) {}

  public RequestRoutes(
      Access access, Routing routing, TokenCount tokens, Transformation transformation) {
    this.access = access;
    this.routing = routing;
    this.tokens = tokens;
    this.transformation = transformation;
  }

  public List<ManagementRoute> all() {
    return List.of(
        route("POST", "/utils/token_counter", Admission.KEY, "llm_api_routes", this::count),
        route("POST", "/utils/transform_request", Admission.KEY, "llm_api_routes", this::transform),
        route(
            "GET",
            "/utils/supported_openai_params",
            Admission.ADMIN_VIEW,
            "management_routes",
            this::parameters));
  }

  private static ManagementRoute route(
      String method,
      String template,
      Admission admission,
      String group,
      ManagementRoute.Handler handler) {
    return new ManagementRoute(method, template, admission, group, handler);
  }

  private Answer count(Query query) {
    JsonNode body = body(query);
    String model = text(body, "model");
    mayUse(query, model);
    boolean given = false;
    for (String name : List.of("prompt", "messages", "contents")) {
      given |= body.hasNonNull(name);
    }
    if (!given) {
      throw bad("prompt or messages or contents must be provided", "messages");
    }
    for (String name : List.of("messages", "contents")) {
      if (body.hasNonNull(name) && !body.get(name).isArray()) {
        throw bad("Invalid value for '" + name + "': expected an array.", name);
      }
    }
    List<Deployment> deployments = routing.deployments(model);
    ObjectNode answer = Json.object();
    answer.put("total_tokens", tokens.of(query.body()));
    answer.put("request_model", model);
    answer.put("model_used", deployments.isEmpty() ? model : deployments.getFirst().model());
    answer.put("tokenizer_type", "openai_tokenizer").put("count_source", "local_estimate");
    answer.putNull("original_response").put("error", false);
    answer.putNull("error_message").putNull("status_code");
    return json(answer);
  }

  private Answer transform(Query query) {
    JsonNode body = body(query);
    Operation operation = operation(text(body, "call_type"));
    JsonNode request = body.get("request_body");
    if (request == null || !request.isObject()) {
      throw bad("Invalid value for 'request_body': expected an object.", "request_body");
    }
    Transformed shown =
        transformation.of(
            caller(query), operation, Json.text(request).getBytes(StandardCharsets.UTF_8));
    ObjectNode answer = Json.object().put("raw_request_api_base", shown.url());
    answer.set("raw_request_body", Json.read(shown.body()));
    ObjectNode headers = answer.putObject("raw_request_headers");
    shown.headers().forEach(headers::put);
    return json(answer);
  }

  /** LiteLLM's name of the call, with or without the {@code a} of its asynchronous form. */
  private static Operation operation(String callType) {
    for (Operation operation : SHOWN) {
      String own = operation.callType();
      if (own.equals(callType) || own.equals("a" + callType)) {
        return operation;
      }
    }
    throw bad(
        "Invalid value for 'call_type': expected completion, text_completion, embedding, responses,"
            + " anthropic_messages, rerank, moderation or image_generation.",
        "call_type");
  }

  private Answer parameters(Query query) {
    String model = query.parameter("model");
    if (model == null) {
      throw bad("Missing required parameter: 'model'.", "model");
    }
    List<Deployment> deployments = routing.deployments(model);
    if (deployments.isEmpty()) {
      throw bad("Could not map model=" + model, "model");
    }
    Deployment.BodyRules rules = deployments.getFirst().rules();
    ObjectNode answer = Json.object();
    ArrayNode supported = answer.putArray("supported_openai_params");
    for (String name : PARAMETERS) {
      if (!rules.unsupported().contains(name) && !rules.dropped().contains(name)) {
        supported.add(name);
      }
    }
    return json(answer);
  }

  private void mayUse(Query query, String model) {
    RoutingTable.Alias alias = routing.table().aliases().get(model);
    List<String> targets = alias == null ? List.of() : List.of(alias.group());
    access.mayUse(caller(query), model, routing.accessGroups(model), targets);
  }

  private static Caller caller(Query query) {
    return Objects.requireNonNull(query.caller(), "a route with a key has a caller");
  }

  private static JsonNode body(Query query) {
    try {
      JsonNode body = Json.read(query.body());
      if (body.isObject()) {
        return body;
      }
    } catch (JacksonException notJson) {
      // said below
    }
    throw bad("Invalid JSON payload: expected a JSON object", "request_body");
  }

  private static String text(JsonNode body, String name) {
    @Nullable JsonNode value = body.get(name);
    if (value == null || !value.isString() || value.stringValue().isEmpty()) {
      throw bad("Missing required parameter: '" + name + "'.", name);
    }
    return value.stringValue();
  }

  private static FailureException bad(String message, String param) {
    return new FailureException(new Failure.BadRequest(message, param));
  }

  private static Answer json(ObjectNode body) {
    return Answer.json(200, Json.text(body).getBytes(StandardCharsets.UTF_8));
  }
}
