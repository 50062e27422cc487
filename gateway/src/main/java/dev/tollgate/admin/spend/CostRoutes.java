package dev.tollgate.admin.spend;

import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.ledger.Cost;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Money;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Usage;
import dev.tollgate.routing.Routing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What calls would cost: {@code /spend/calculate} and {@code /cost/estimate}. Thread-safe. */
public final class CostRoutes {
  private static final long TOKENS_MAX = 1L << 40;

  /** Characters of a token, roughly, where nobody has counted. */
  private static final int CHARS_A_TOKEN = 4;

  private static final Map<String, Field> ESTIMATE =
      Field.table(
          Field.terms(Field.Kind.TEXT, "model"),
          Field.terms(
              Field.Kind.INTEGER,
              "input_tokens",
              "output_tokens",
              "num_requests_per_day",
              "num_requests_per_month"));

  private final Routing routing;

  public CostRoutes(Routing routing) {
    this.routing = routing;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.route(
            "POST",
            "/spend/calculate",
            Admission.OWN_VIEW,
            "spend_tracking_routes",
            this::calculate),
        Routes.route(
            "POST", "/cost/estimate", Admission.OWN_VIEW, "spend_tracking_routes", this::estimate));
  }

  private Pricing pricing(@Nullable String model) {
    if (model == null) {
      throw Form.missing("model");
    }
    if (!routing.serves(model)) {
      throw RefusedException.python(404, "error", "Model '" + model + "' not found");
    }
    return routing.deployments(model).stream()
        .map(Deployment::pricing)
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElseThrow(
            () -> RefusedException.python(400, "error", "Model '" + model + "' has no price"));
  }

  private Answer calculate(Query query) {
    ObjectNode document = Form.document(query.body());
    JsonNode response = document.path("completion_response");
    String model = document.path("model").asString(response.path("model").asString(null));
    Pricing pricing = pricing(model);
    Usage usage;
    if (response.isObject()) {
      JsonNode seen = response.path("usage");
      usage = Usage.of(count(seen.path("prompt_tokens")), count(seen.path("completion_tokens")));
    } else {
      JsonNode messages = document.path("messages");
      if (!messages.isArray()) {
        throw RefusedException.python(
            400,
            "error",
            "Bad Request - Either 'model' and 'messages' or 'completion_response' must be"
                + " provided");
      }
      long letters = 0;
      for (JsonNode message : messages) {
        letters += Json.text(message.path("content")).length();
      }
      usage = Usage.of(Math.max(1, letters / CHARS_A_TOKEN), 0);
    }
    ObjectNode body = Json.object();
    body.set("cost", Json.money(Cost.of(pricing, usage)));
    return Json.answer(200, body);
  }

  private static long count(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong()
        ? Math.clamp(value.longValue(), 0, TOKENS_MAX)
        : 0;
  }

  private Answer estimate(Query query) {
    Form form = Form.of(query.body(), ESTIMATE);
    Pricing pricing = pricing(form.text("model"));
    long input = tokens(form, "input_tokens");
    long output = tokens(form, "output_tokens");
    Money each = Cost.of(pricing, Usage.of(input, output));
    Money ofInput = Cost.of(pricing, Usage.of(input, 0));
    ObjectNode body = Json.object();
    body.put("model", form.text("model"));
    body.put("input_tokens", input);
    body.put("output_tokens", output);
    body.set("cost_per_request", Json.money(each));
    body.set("input_cost_per_request", Json.money(ofInput));
    body.set("output_cost_per_request", Json.money(each.minus(ofInput)));
    for (String period : List.of("day", "month")) {
      Long requests = form.number("num_requests_per_" + period, 0);
      body.put("num_requests_per_" + period, requests);
      body.set(
          (period.equals("day") ? "daily" : "monthly") + "_cost",
          Json.money(requests == null ? null : times(each, requests, period)));
    }
    return Json.answer(200, body);
  }

  private static long tokens(Form form, String name) {
    Long tokens = form.number(name, 0);
    return tokens == null ? 0 : Math.min(tokens, TOKENS_MAX);
  }

  private static Money times(Money each, long requests, String period) {
    try {
      return Money.ofNanos(Math.multiplyExact(each.nanos(), requests));
    } catch (ArithmeticException _) {
      throw RefusedException.badRequest(
          "num_requests_per_" + period + " is too large", "num_requests_per_" + period);
    }
  }
}
