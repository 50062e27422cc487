package dev.tollgate.admin;

import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Inference endpoints of LiteLLM that Tollgate does not serve yet: instead of a bare 404 they say
 * so. They spend nothing, so they are no rows of the pipeline; each becomes one when its dialect is
 * there.
 */
public final class UnservedRoutes {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** LiteLLM's P0 endpoints that take a JSON body, without those that are served. */
  private static final List<String> TEMPLATES =
      List.of(
          "/moderations",
          "/v1/moderations",
          "/audio/speech",
          "/v1/audio/speech",
          "/images/generations",
          "/v1/images/generations",
          "/rerank",
          "/v1/rerank",
          "/v2/rerank");

  public List<ManagementRoute> all() {
    return TEMPLATES.stream()
        .map(
            template ->
                new ManagementRoute(
                    "POST", template, Admission.KEY, "llm_api_routes", UnservedRoutes::answer))
        .toList();
  }

  private static Answer answer(Query query) {
    try {
      JSON.readTree(query.body());
    } catch (JacksonException broken) {
      throw new FailureException(
          new Failure.BadRequest(
              "Invalid JSON payload: " + broken.getOriginalMessage(), "request_body"));
    }
    var body = JSON.createObjectNode();
    body.putObject("error")
        .put(
            "message",
            "Tollgate does not serve "
                + query.path()
                + " yet. It serves chat/completions, completions, embeddings and responses; see"
                + " docs/compatibility.md.")
        .put("type", "not_found_error")
        .putNull("param")
        .put("code", "404");
    return Answer.json(404, JSON.writeValueAsBytes(body));
  }
}
