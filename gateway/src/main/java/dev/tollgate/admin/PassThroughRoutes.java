package dev.tollgate.admin;

import dev.tollgate.access.Access;
import dev.tollgate.access.Tenant;
import dev.tollgate.admin.KeptEndpoints.Kept;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Field.Kind;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.RefusedException.Problem;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Address;
import dev.tollgate.model.PassingGrant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /config/pass_through_endpoint}: the operator's own endpoints, made at run time.
 * Credentials go in and do not come out. Thread-safe.
 */
public final class PassThroughRoutes {
  private static final String PATH = "/config/pass_through_endpoint";
  private static final String TARGET = "target";
  private static final String HEADERS = "headers";
  private static final String DEFAULTS = "default_query_params";

  /** Names of parameters whose values are not shown. */
  private static final Pattern SECRET =
      Pattern.compile(
          "key|token|secret|auth|sig|pass|pwd|cred|jwt|session|code", Pattern.CASE_INSENSITIVE);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  /** A shorter value would be shown by its ends. */
  private static final int SHOWN_CHARS_MIN = 20;

  private static final Map<String, Field> FIELDS =
      Field.table(
          Field.terms(Kind.TEXT, "id", "path", TARGET),
          Field.terms(Kind.TEXT_MAP, HEADERS),
          Field.terms(Kind.FLAG, "include_subpath", "auth"),
          Field.terms(Kind.NUMBER, "cost_per_request", "timeout"),
          Field.terms(Kind.TEXTS, "methods"),
          Field.terms(Kind.OBJECT, DEFAULTS, "guardrails"),
          Field.passedOver(Kind.FLAG, "is_from_config"));

  private final KeptEndpoints endpoints;
  private final Access access;

  public PassThroughRoutes(KeptEndpoints endpoints, Access access) {
    this.endpoints = endpoints;
    this.access = access;
  }

  public List<ManagementRoute> all() {
    return List.of(
        // Before the one whose last segment may be anything.
        Routes.get(PATH + "/team/{team_id}", Admission.ADMIN, this::ofTeam),
        Routes.get(PATH, Admission.ADMIN, this::list),
        Routes.post(PATH, Admission.ADMIN, this::create),
        Routes.route("DELETE", PATH, Admission.ADMIN, "management_routes", this::delete),
        Routes.post(PATH + "/{endpoint_id}", Admission.ADMIN, this::update));
  }

  private Answer list(Query query) {
    String id = query.parameter("endpoint_id");
    return answer(
        endpoints.all().stream().filter(kept -> id == null || id.equals(kept.id())).toList());
  }

  private Answer ofTeam(Query query) {
    String id = Objects.requireNonNull(query.pathParameters().get("team_id"));
    Tenant team =
        access
            .tenants()
            .find(Tenant.Kind.TEAM, id)
            .orElseThrow(() -> RefusedException.detail(404, "Team not found"));
    JsonNode allowed = Json.read(team.terms().metadata()).path(PassingGrant.ALLOWED);
    List<String> paths = new ArrayList<>();
    allowed.forEach(path -> paths.add(path.asString("")));
    return answer(
        endpoints.all().stream()
            .filter(
                kept ->
                    !allowed.isArray()
                        || paths.contains(kept.document().path("path").stringValue()))
            .toList());
  }

  private Answer create(Query query) {
    Form form = form(query);
    String given = form.text("id");
    String id = given == null ? UUID.randomUUID().toString() : given;
    if (!ID.matcher(id).matches() || id.equals("team")) {
      throw RefusedException.badRequest("id: expected letters, digits, '_', '.' or '-'", "id");
    }
    if (find(id) != null) {
      throw RefusedException.badRequest("id: there is an endpoint with this id", "id");
    }
    form.needed("path");
    form.needed(TARGET);
    return put(id, document(form, Json.object()));
  }

  private Answer update(Query query) {
    String id = Objects.requireNonNull(query.pathParameters().get("endpoint_id"));
    Form form = form(query);
    Kept old = find(id);
    if (old == null) {
      throw RefusedException.detail(404, "Endpoint with ID '" + shown(id) + "' not found");
    }
    if (form.text("id") != null && !id.equals(form.text("id"))) {
      throw RefusedException.badRequest("id: expected the one in the path", "id");
    }
    return put(id, document(form, old.document()));
  }

  private Answer delete(Query query) {
    String id = query.parameter("endpoint_id");
    if (id == null) {
      throw RefusedException.invalid(
          List.of(new Problem("missing", List.of("query", "endpoint_id"), "Field required")));
    }
    Kept old = find(id);
    if (old == null) {
      throw RefusedException.detail(
          400, "Endpoint with ID '" + shown(id) + "' was not found in pass-through endpoint list.");
    }
    endpoints.delete(id);
    return answer(List.of(old));
  }

  private Answer put(String id, ObjectNode document) {
    document.put("id", id);
    try {
      endpoints.put(id, document);
    } catch (IllegalArgumentException wrong) {
      String message = String.valueOf(wrong.getMessage());
      int colon = message.indexOf(':');
      throw RefusedException.badRequest(message, colon < 0 ? "None" : message.substring(0, colon));
    }
    return answer(List.of(new Kept(id, document, null)));
  }

  private @Nullable Kept find(String id) {
    return endpoints.all().stream().filter(kept -> id.equals(kept.id())).findFirst().orElse(null);
  }

  private static String shown(String id) {
    return ID.matcher(id).matches() ? id : "?";
  }

  private static Form form(Query query) {
    Form form = Form.of(query.body(), FIELDS);
    if (Boolean.FALSE.equals(form.flag("auth"))) {
      throw RefusedException.badRequest("auth: a key is asked for in any case", "auth");
    }
    if (form.get("guardrails") != null && !form.object("guardrails").isEmpty()) {
      throw RefusedException.badRequest("guardrails: not supported yet", "guardrails");
    }
    for (Map.Entry<String, JsonNode> parameter : form.object(DEFAULTS).properties()) {
      if (!parameter.getValue().isValueNode() || parameter.getValue().isNull()) {
        throw RefusedException.badRequest(DEFAULTS + ": expected texts or numbers", DEFAULTS);
      }
    }
    for (Map.Entry<String, String> header : form.textMap(HEADERS).entrySet()) {
      if (header.getValue().contains("os.environ/")) {
        throw RefusedException.badRequest(
            "headers: os.environ/ is for the configuration file; give the value, it is stored"
                + " encrypted",
            HEADERS);
      }
    }
    return form;
  }

  /** What was there, with what the form says in its place. */
  private static ObjectNode document(Form form, ObjectNode old) {
    ObjectNode document = Json.object();
    for (String name :
        List.of("path", TARGET, "include_subpath", "cost_per_request", "timeout", "methods")) {
      JsonNode value = form.get(name) == null ? old.get(name) : form.get(name);
      if (value != null) {
        document.set(name, value);
      }
    }
    // Who sends back what was shown means what is there.
    String target = old.path(TARGET).asString("");
    if (document.path(TARGET).asString("").equals(shownTarget(target))) {
      document.put(TARGET, target);
    }
    boolean stays = isSameServer(target, document.path(TARGET).asString(""));
    for (String name : List.of(HEADERS, DEFAULTS)) {
      document.set(name, values(form, name, old.path(name), stays));
    }
    return document;
  }

  /**
   * Headers or parameters.
   *
   * @param stays whether they go to the server that {@code before} was given for
   */
  private static ObjectNode values(Form form, String name, JsonNode before, boolean stays) {
    boolean given = form.get(name) != null;
    JsonNode all = given ? form.object(name) : before;
    ObjectNode values = Json.object();
    for (Map.Entry<String, JsonNode> each : all.properties()) {
      String value = each.getValue().asString("");
      String old = before.path(each.getKey()).asString("");
      boolean kept = before.has(each.getKey()) && (!given || value.equals(masked(old)));
      if (kept && !stays) {
        throw RefusedException.badRequest(
            name + ": expected anew for another server; what is kept goes to its own alone", name);
      }
      values.put(each.getKey(), kept ? old : value);
    }
    return values;
  }

  /** Nobody is to learn a credential by having it sent to a server of his own. */
  private static boolean isSameServer(String one, String other) {
    try {
      Address from = Address.of(one);
      Address to = Address.of(other);
      return from.tls() == to.tls()
          && from.port() == to.port()
          && from.host().equalsIgnoreCase(to.host());
    } catch (IllegalArgumentException noAddress) {
      return true; // nothing is kept yet, or the target is refused
    }
  }

  private static Answer answer(List<Kept> kept) {
    ObjectNode body = Json.object();
    ArrayNode all = body.putArray("endpoints");
    kept.forEach(each -> all.add(shown(each)));
    return Json.answer(200, body);
  }

  /** In LiteLLM's order, without what is secret. */
  private static ObjectNode shown(Kept kept) {
    ObjectNode from = kept.document();
    ObjectNode shown = Json.object();
    shown.put("id", kept.id());
    shown.set("path", from.get("path"));
    shown.put(TARGET, shownTarget(from.path(TARGET).asString("")));
    ObjectNode headers = shown.putObject(HEADERS);
    from.path(HEADERS)
        .properties()
        .forEach(each -> headers.put(each.getKey(), masked(each.getValue().asString(""))));
    ObjectNode defaults = shown.putObject(DEFAULTS);
    from.path(DEFAULTS)
        .properties()
        .forEach(
            each -> {
              String value = each.getValue().asString("");
              boolean secret = SECRET.matcher(each.getKey()).find();
              defaults.put(each.getKey(), secret ? masked(value) : value);
            });
    shown.put("include_subpath", from.path("include_subpath").asBoolean(false));
    JsonNode cost = from.get("cost_per_request");
    shown.set("cost_per_request", cost == null ? Json.read("0.0") : cost);
    shown.set("timeout", from.get("timeout"));
    shown.put("auth", true);
    shown.putNull("guardrails");
    shown.put("is_from_config", kept.id() == null);
    shown.set("methods", from.get("methods"));
    if (kept.problem() != null) {
      shown.put("problem", kept.problem());
    }
    return shown;
  }

  /** A query may hold a key. */
  private static String shownTarget(String target) {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question) + "?****";
  }

  private static String masked(String secret) {
    int length = secret.length();
    return length < SHOWN_CHARS_MIN
        ? "****"
        : secret.substring(0, 4) + "****" + secret.substring(length - 4);
  }
}
