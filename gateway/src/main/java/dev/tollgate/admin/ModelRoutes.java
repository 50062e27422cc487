package dev.tollgate.admin;

import dev.tollgate.access.Access;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Item;
import dev.tollgate.model.Pricing;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be called: {@code /v1/models}, {@code /model/info}, {@code /model_group/info}.
 * Thread-safe.
 */
public final class ModelRoutes {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** LiteLLM gives every model this moment. */
  private static final long CREATED = 1_677_610_602;

  private static final List<String> CAPABILITIES =
      List.of(
          "supports_parallel_function_calling",
          "supports_vision",
          "supports_web_search",
          "supports_reasoning",
          "supports_function_calling");

  private final Access access;
  private final Routing routing;
  private final Function<String, List<String>> knownModels;

  /**
   * @param knownModels names of the models that are known of a provider, for the lists of wildcards
   */
  public ModelRoutes(Access access, Routing routing, Function<String, List<String>> knownModels) {
    this.access = access;
    this.routing = routing;
    this.knownModels = knownModels;
  }

  public List<ManagementRoute> all() {
    List<ManagementRoute> routes = new ArrayList<>();
    for (String prefix : List.of("", "/v1")) {
      routes.add(route(prefix + "/models", "llm_api_routes", this::list));
      routes.add(route(prefix + "/models/{model_id}", "llm_api_routes", this::retrieve));
      routes.add(route(prefix + "/model/info", "info_routes", this::info));
    }
    routes.add(route("/model_group/info", "info_routes", this::groups));
    return routes;
  }

  private static ManagementRoute route(
      String template, String group, ManagementRoute.Handler handler) {
    return new ManagementRoute("GET", template, Admission.KEY, group, handler);
  }

  private Answer list(Query query) {
    ArrayNode data = JSON.createArrayNode();
    for (Map.Entry<String, @Nullable Deployment> model : visible(caller(query)).entrySet()) {
      data.add(model(model.getKey(), model.getValue()));
    }
    ObjectNode body = JSON.createObjectNode();
    body.set("data", data);
    return json(200, body.put("object", "list"));
  }

  private Answer retrieve(Query query) {
    String id = Objects.requireNonNull(query.pathParameters().get("model_id"));
    Caller caller = caller(query);
    Map<String, @Nullable Deployment> visible = visible(caller);
    Deployment deployment = visible.get(id);
    if (visible.containsKey(id) || (routing.serves(id) && access.sees(caller, id, Set.of()))) {
      return json(200, model(id, deployment));
    }
    ObjectNode error = JSON.createObjectNode();
    error
        .putObject("error")
        .put("message", "The model `" + id + "` does not exist or is not accessible")
        .put("type", "invalid_request_error")
        .put("param", "model")
        .put("code", "model_not_found");
    return json(404, error);
  }

  private static ObjectNode model(String id, @Nullable Deployment deployment) {
    ObjectNode model = JSON.createObjectNode();
    model.put("id", id).put("object", "model").put("created", CREATED).put("owned_by", "openai");
    if (deployment != null) {
      for (String fact : List.of("mode", "max_input_tokens", "max_output_tokens")) {
        Object value = deployment.info().get(fact);
        if (value != null) {
          model.set(fact, JSON.valueToTree(value));
        }
      }
    }
    return model;
  }

  /** Names that the caller may use, each with a deployment where one is ready made. */
  private Map<String, @Nullable Deployment> visible(Caller caller) {
    RoutingTable table = routing.table();
    Map<String, @Nullable Deployment> names = new LinkedHashMap<>();
    for (RoutingTable.Entry entry : table.entries()) {
      if (entry.wildcard()) {
        for (String known : knownModels.apply(entry.name())) {
          if (access.sees(caller, known, Set.of())) {
            names.putIfAbsent(known, null);
          }
        }
      } else {
        Deployment deployment = entry.make().apply(entry.name());
        if (access.sees(caller, entry.name(), groupsOf(deployment))) {
          names.putIfAbsent(entry.name(), deployment);
        }
      }
    }
    table
        .aliases()
        .forEach(
            (alias, target) -> {
              if (!target.hidden() && access.sees(caller, alias, Set.of())) {
                names.putIfAbsent(alias, names.get(target.group()));
              }
            });
    return names;
  }

  private static Set<String> groupsOf(Deployment deployment) {
    Set<String> groups = new TreeSet<>();
    if (deployment.info().get("access_groups") instanceof Collection<?> listed) {
      listed.forEach(group -> groups.add(String.valueOf(group)));
    }
    return groups;
  }

  private List<Deployment> deployments(Caller caller) {
    List<Deployment> all = new ArrayList<>();
    for (RoutingTable.Entry entry : routing.table().entries()) {
      if (!entry.wildcard()) {
        Deployment deployment = entry.make().apply(entry.name());
        if (access.sees(caller, entry.name(), groupsOf(deployment))) {
          all.add(deployment);
        }
      }
    }
    return all;
  }

  private Answer info(Query query) {
    String wanted = query.parameter("litellm_model_id");
    ArrayNode data = JSON.createArrayNode();
    for (Deployment deployment : deployments(caller(query))) {
      if (wanted != null && !deployment.id().equals(wanted)) {
        continue;
      }
      ObjectNode row = data.addObject().put("model_name", deployment.group());
      ObjectNode params = row.putObject("litellm_params");
      params.put("model", deployment.litellmModel());
      if (!deployment.apiBase().isEmpty()) {
        params.put("api_base", deployment.apiBase());
      }
      putIfGiven(params, "rpm", deployment.limits().requestsPerMinute());
      putIfGiven(params, "tpm", deployment.limits().tokensPerMinute());
      ObjectNode facts = row.putObject("model_info");
      facts.put("id", deployment.id()).put("db_model", false);
      deployment.info().forEach((name, value) -> facts.set(name, JSON.valueToTree(value)));
      prices(deployment).forEach(facts::put);
      facts.put("litellm_provider", deployment.provider());
    }
    ObjectNode body = JSON.createObjectNode();
    body.set("data", data);
    return json(200, body);
  }

  private static void putIfGiven(ObjectNode params, String name, @Nullable Long value) {
    if (value != null) {
      params.put(name, value);
    }
  }

  /** Dollars by LiteLLM's names; none for a model without known prices. */
  private static Map<String, BigDecimal> prices(Deployment deployment) {
    Pricing pricing = deployment.pricing();
    Map<String, BigDecimal> dollars = new LinkedHashMap<>();
    if (pricing != null) {
      pricing.prices().forEach((name, price) -> dollars.put(name.toString(), price.dollars()));
    }
    return dollars;
  }

  private Answer groups(Query query) {
    String wanted = query.parameter("model_group");
    Map<String, List<Deployment>> groups = new LinkedHashMap<>();
    for (Deployment deployment : deployments(caller(query))) {
      if (wanted == null || wanted.equals(deployment.group())) {
        groups.computeIfAbsent(deployment.group(), _ -> new ArrayList<>()).add(deployment);
      }
    }
    ArrayNode data = JSON.createArrayNode();
    groups.forEach((name, members) -> data.add(group(name, members)));
    ObjectNode body = JSON.createObjectNode();
    body.set("data", data);
    return json(200, body);
  }

  private static ObjectNode group(String name, List<Deployment> members) {
    ObjectNode row = JSON.createObjectNode().put("model_group", name);
    ArrayNode providers = row.putArray("providers");
    members.stream().map(Deployment::provider).distinct().forEach(providers::add);
    row.set("max_input_tokens", most(members, "max_input_tokens"));
    row.set("max_output_tokens", most(members, "max_output_tokens"));
    for (Item item : List.of(Item.INPUT, Item.OUTPUT)) {
      String cost = item.configName();
      row.set(
          cost,
          JSON.valueToTree(
              members.stream()
                  .map(member -> prices(member).get(cost))
                  .filter(Objects::nonNull)
                  .max(Comparator.naturalOrder())
                  .orElse(null)));
    }
    row.set("mode", JSON.valueToTree(members.getFirst().info().get("mode")));
    row.set("tpm", sum(members, limits -> limits.tokensPerMinute()));
    row.set("rpm", sum(members, limits -> limits.requestsPerMinute()));
    for (String capability : CAPABILITIES) {
      row.put(
          capability,
          members.stream().anyMatch(member -> Boolean.TRUE.equals(member.info().get(capability))));
    }
    return row;
  }

  /** The largest figure of the members, as LiteLLM has it; null if none has one. */
  private static JsonNode most(List<Deployment> members, String fact) {
    return members.stream()
        .<JsonNode>map(member -> JSON.valueToTree(member.info().get(fact)))
        .filter(JsonNode::isNumber)
        .max(Comparator.comparing(JsonNode::decimalValue))
        .orElse(JSON.nullNode());
  }

  /** The sum over the members that have a limit, null if none has. */
  private static JsonNode sum(
      List<Deployment> members, Function<Deployment.Limits, @Nullable Long> limit) {
    long sum = 0;
    boolean any = false;
    for (Deployment member : members) {
      Long own = limit.apply(member.limits());
      if (own != null) {
        sum += own;
        any = true;
      }
    }
    return any ? JSON.valueToTree(sum) : JSON.nullNode();
  }

  private static Caller caller(Query query) {
    Caller caller = query.caller();
    if (caller == null) {
      throw new FailureException(
          new dev.tollgate.model.Failure.Internal("a route with a key has a caller"));
    }
    return caller;
  }

  private static Answer json(int status, ObjectNode body) {
    return Answer.json(status, JSON.writeValueAsBytes(body));
  }
}
