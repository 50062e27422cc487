package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.deployment;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureWireTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static Failure.UpstreamRefused read(
      Codec codec, String provider, int status, @Nullable String retryAfter, String body) {
    return (Failure.UpstreamRefused)
        codec.readFailure(
            deployment(provider, BodyRules.NONE), status, retryAfter, NOW, bytes(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai|400|up_type|litellm.BadRequestError: OpenAIException - no|up_type",
        "openai|401|up_type|litellm.AuthenticationError: AuthenticationError: OpenAIException - no"
            + "|authentication_error",
        "openai|401|invalid_request_error|litellm.BadRequestError: OpenAIException - no"
            + "|invalid_request_error",
        "openai|403|up_type|litellm.APIError: APIError: OpenAIException - no|permission_error",
        "openai|404|x|litellm.NotFoundError: NotFoundError: OpenAIException - no"
            + "|invalid_request_error",
        "openai|409|x|litellm.APIError: APIError: OpenAIException - no|invalid_request_error",
        "openai|429|requests|litellm.RateLimitError: RateLimitError: OpenAIException - no"
            + "|throttling_error",
        "openai|502|x|litellm.BadGatewayError: BadGatewayError: OpenAIException - no"
            + "|internal_server_error",
        "azure|400|x|litellm.BadRequestError: AzureException BadRequestError - no|x",
        "azure|401|invalid_request_error|litellm.AuthenticationError: AzureException"
            + " AuthenticationError - no|authentication_error",
        "perplexity|401|invalid_request_error|litellm.BadRequestError: PerplexityException - no"
            + "|invalid_request_error",
      })
  void aRefusalIsWordedAsLiteLlmDoes(
      String provider, int status, String type, String message, String shown) {
    Failure failure =
        read(
            OPENAI,
            provider,
            status,
            null,
            "{\"error\":{\"message\":\"no\",\"type\":\"" + type + "\",\"param\":null}}");
    assertThat(failure.message()).isEqualTo(message);
    assertThat(text(OPENAI.writeFailure(failure)))
        .isEqualTo(
            "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%d\"}}"
                .formatted(message, shown, status));
  }

  @Test
  void providersThatAreCalledDirectlyAreQuotedWhole() {
    String body = "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}";
    Failure.UpstreamRefused groq = read(OPENAI, "groq", 401, null, body);
    assertThat(groq.message()).isEqualTo("litellm.BadRequestError: GroqException - " + body);
    assertThat(text(OPENAI.writeFailure(groq))).contains("\"type\":\"authentication_error\"");
    assertThat(read(RESPONSES, "openai", 401, null, body).message())
        .isEqualTo("litellm.BadRequestError: OpenAIException - " + body);
    assertThat(read(OPENAI, "openai", 502, null, "<html>").message()).endsWith(" - <html>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "This model's maximum context length is 5|x|CONTEXT_WINDOW",
        "too long|context_length_exceeded|CONTEXT_WINDOW",
        "rejected by our safety system|x|CONTENT_POLICY",
        "filtered|content_filter|CONTENT_POLICY",
        "anything|x|GENERAL"
      })
  void refusalsThatRoutingTreatsApartAreToldApart(String message, String code, Kind kind) {
    String body =
        "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\",\"code\":\"%s\"}}"
            .formatted(message, code);
    assertThat(read(OPENAI, "openai", 400, null, body).kind()).isEqualTo(kind);
    assertThat(read(OPENAI, "openai", 500, null, body).kind()).isEqualTo(Kind.GENERAL);
  }

  @Test
  void theParamOfABadRequestIsPassedOn() {
    Failure.UpstreamRefused failure =
        read(
            OPENAI,
            "openai",
            400,
            null,
            "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"temperature\"}}");
    assertThat(text(OPENAI.writeFailure(failure))).contains("\"param\":\"temperature\"");
  }

  @ParameterizedTest
  @CsvSource({
    "17,17",
    "0,0",
    "2.9,2",
    "99999999999,86400",
    "'Sun, 22 Nov 2026 12:00:30 GMT',30",
    "'Sun, 22 Nov 2026 11:00:00 GMT',-1",
    "-5,-1",
    "soon,-1",
    "'',-1"
  })
  void retryAfterIsSecondsOrADate(String header, long seconds) {
    Duration wait = read(OPENAI, "openai", 429, header, "{}").retryAfter();
    assertThat(wait).isEqualTo(seconds < 0 ? null : Duration.ofSeconds(seconds));
  }

  @Test
  void eachFailureHasItsType() {
    assertThat(text(OPENAI.writeFailure(new Failure.BadRequest("a\"b\n", "messages"))))
        .isEqualTo(
            "{\"error\":{\"message\":\"a\\\"b\\n\",\"type\":\"invalid_request_error\","
                + "\"param\":\"messages\",\"code\":\"400\"}}");
    assertThat(text(OPENAI.writeFailure(new Failure.BadRequest("m", "model"))))
        .contains("\"bad_request_error\"");
    assertThat(text(OPENAI.writeFailure(new Failure.Unauthenticated("m", "auth_error", "None"))))
        .contains("\"type\":\"auth_error\",\"param\":\"None\",\"code\":\"401\"");
    assertThat(text(OPENAI.writeFailure(new Failure.ModelDenied("m", "key_model_access_denied"))))
        .contains("\"type\":\"key_model_access_denied\",\"param\":\"model\",\"code\":\"403\"");
    assertThat(text(OPENAI.writeFailure(new Failure.BudgetExceeded("m", 422, null))))
        .contains("\"type\":\"budget_exceeded\",\"param\":null,\"code\":\"422\"");
    assertThat(text(OPENAI.writeFailure(new Failure.CoolingDown("m", Duration.ZERO))))
        .contains("\"all_deployments_in_cooldown\"");
    assertThat(text(OPENAI.writeFailure(new Failure.TimedOut("m"))))
        .contains("\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"408\"");
    assertThat(text(OPENAI.writeFailure(new Failure.NoRoute("Method Not Allowed", 405, "POST"))))
        .isEqualTo("{\"detail\":\"Method Not Allowed\"}");
    assertThat(text(OPENAI.writeFailure(new Failure.RouteDenied("no"))))
        .isEqualTo("{\"detail\":\"no\"}");
  }

  @Test
  void aFailureInMidStreamIsAnEvent() {
    assertThat(text(OPENAI.writeFailureEvent(new Failure.UpstreamBroken("cut", "openai"))))
        .isEqualTo(
            "data: {\"error\":{\"message\":\"cut\",\"type\":null,\"param\":null,"
                + "\"code\":\"500\"}}\n\n");
    assertThat(text(RESPONSES.writeFailureEvent(new Failure.TimedOut("late"))))
        .isEqualTo(
            "event: error\ndata: {\"type\":\"error\",\"code\":\"408\",\"message\":\"late\","
                + "\"param\":null,\"sequence_number\":0}\n\n");
  }
}
