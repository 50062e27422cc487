package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.provider.Deployments.Defaults;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Codecs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenAI's reasoning models are sent, by whichever name and provider. */
class ReasoningModelsTest {
  private static final Codec OPENAI = Codecs.of(Dialect.OPENAI);
  private static final String HEAD = "{\"messages\":[]";
  private static final String TAIL = ",\"model\":\"";

  private static Deployment build(Map<String, ?> own, Map<String, ?> info) {
    Map<String, Object> params = new HashMap<>(own);
    params.put("api_key", "k");
    params.put("api_base", "https://up.test/v1");
    return new Deployments(Catalogue.load(), _ -> null, ProvidersOnly.NONE, Defaults.NONE)
        .build("m", params, info)
        .forModel("m");
  }

  private static Deployment dropping(String model) {
    return build(Map.of("model", model, "drop_params", true), Map.of());
  }

  private static Deployment strict(String model) {
    return build(Map.of("model", model), Map.of());
  }

  /** What follows the messages in the body upstream, but for the model's name. */
  private static String sent(Deployment deployment, String members, @Nullable Long cap) {
    Operation chat = Operation.CHAT;
    Request request =
        OPENAI.readRequest(
            new Endpoint(chat.path(), chat.path(), "", chat, null, null, false),
            (HEAD + members + "}").getBytes(UTF_8));
    String body = new String(OPENAI.requestFor(request, deployment, cap), UTF_8);
    assertThat(body).startsWith(HEAD).contains(TAIL + deployment.model() + "\"");
    return body.substring(HEAD.length(), body.length() - 1)
        .replace(TAIL + deployment.model() + "\"", "");
  }

  private static String sent(Deployment deployment, String members) {
    return sent(deployment, members, null);
  }

  private static Failure.BadRequest refusal(Deployment deployment, String members) {
    try {
      return fail(sent(deployment, members));
    } catch (FailureException e) {
      return (Failure.BadRequest) e.failure();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai/o1",
        "openai/o3-mini",
        "openai/gpt-5",
        "openai/gpt-5-mini-2025-08-07",
        "openai/gpt-5-codex-mini",
        "openai/gpt-5.1-codex",
        "openai/gpt-5.2-pro",
        "openai/ft:o4-mini:x",
        "openai/ft:gpt-5-mini:org::id",
        "openai/responses/o3-pro",
        "azure/o3-mini",
        "azure/my-o3",
        "azure/o_series/mine",
        "azure/gpt5_series/mine",
        "azure/gpt-5-mini",
        "azure_ai/o3-mini",
        "azure_ai/gpt-5"
      })
  void thoseThatAlwaysReasonTakeTheNewNameAndNoTemperatureButOne(String model) {
    Deployment made = dropping(model);
    assertThat(sent(made, ",\"max_tokens\":5,\"temperature\":0.2,\"top_p\":0.3,\"x\":1"))
        .isEqualTo(",\"max_completion_tokens\":5,\"x\":1");
    assertThat(sent(made, ",\"temperature\":1.0")).isEqualTo(",\"temperature\":1.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai/gpt-4o",
        "openai/gpt-oss-120b",
        "openai/gpt-5-chat-latest",
        "openai/AIDC-AI/Marco-o1",
        "azure/gpt-5-chat",
        "azure/gpt-4o1",
        "azure_ai/Phi-4"
      })
  void othersAreSentWhatTheClientSays(String model) {
    String asked = ",\"max_tokens\":5,\"temperature\":0.2,\"stop\":\"x\"";
    assertThat(sent(strict(model), asked)).isEqualTo(asked);
  }

  @Test
  void theBaseModelSaysWhatADeploymentIs() {
    String asked = ",\"max_tokens\":5,\"temperature\":0.2";
    Map<String, Object> mine = Map.of("model", "azure/mine", "drop_params", true);
    assertThat(sent(build(mine, Map.of("base_model", "azure/us/o3-mini-2025-01-31")), asked))
        .isEqualTo(",\"max_completion_tokens\":5");
    Map<String, Object> within = new HashMap<>(mine);
    within.put("base_model", "azure/gpt-5");
    assertThat(sent(build(within, Map.of()), asked)).isEqualTo(",\"max_completion_tokens\":5");
    assertThat(
            sent(
                build(
                    Map.of("model", "azure/not-o3", "drop_params", true),
                    Map.of("base_model", "azure/gpt-4o")),
                asked))
        .isEqualTo(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai/gpt-5.1", "openai/gpt-5.2-2025-12-11", "azure/gpt-5.4"})
  void laterOnesTakeATemperatureWhileTheyDoNotReason(String model) {
    Deployment made = dropping(model);
    String drawn = ",\"temperature\":0.2,\"top_p\":0.3,\"logprobs\":true,\"top_logprobs\":2";
    assertThat(sent(made, ",\"max_tokens\":5" + drawn + ",\"stop\":\"x\""))
        .isEqualTo(",\"max_completion_tokens\":5" + drawn);
    for (String effort : List.of("null", "\"none\"", "{\"effort\":\"none\"}")) {
      assertThat(sent(made, drawn + ",\"reasoning_effort\":" + effort)).startsWith(drawn);
    }
    for (String effort : List.of("\"low\"", "{\"effort\":\"high\"}")) {
      String said = ",\"reasoning_effort\":" + effort;
      assertThat(sent(made, drawn + said)).isEqualTo(said);
      assertThat(sent(made, ",\"temperature\":1" + said)).isEqualTo(",\"temperature\":1" + said);
    }
    Deployment reasoning = build(Map.of("model", model, "reasoning_effort", "low"), Map.of());
    assertThat(refusal(reasoning, ",\"top_p\":0.3").param()).isEqualTo("top_p");
    assertThat(sent(reasoning, ",\"top_p\":0.3,\"reasoning_effort\":\"none\""))
        .isEqualTo(",\"top_p\":0.3,\"reasoning_effort\":\"none\"");
  }

  @ParameterizedTest
  @CsvSource({"openai/gpt-5,0.2", "openai/o3-mini,0", "azure/gpt-5,10", "openai/gpt-5,'\"1\"'"})
  void aTemperatureThatIsNotTakenIsRefusedUnlessItMayBeDropped(String model, String value) {
    Deployment made = strict(model);
    String asked = ",\"temperature\":" + value;
    assertThat(refusal(made, asked))
        .isEqualTo(
            new Failure.BadRequest(
                "litellm.UnsupportedParamsError: "
                    + made.model()
                    + " models don't support temperature="
                    + value
                    + ". Only temperature=1 is supported. To drop unsupported params set"
                    + " `litellm.drop_params = True`",
                "temperature"));
    assertThat(sent(made, ",\"drop_params\":true" + asked)).isEmpty();
    assertThat(sent(made, ",\"additional_drop_params\":[\"temperature\"]" + asked)).isEmpty();
    assertThat(sent(made, ",\"allowed_openai_params\":[\"temperature\"]" + asked)).isEqualTo(asked);
    assertThat(sent(made, ",\"temperature\":null")).isEmpty();
    assertThat(refusal(dropping(model), ",\"drop_params\":false" + asked).param())
        .isEqualTo("temperature");
  }

  @Test
  void aRefusalShowsNoLongValue() {
    String hot = "\"" + "h".repeat(1_000) + "\"";
    assertThat(refusal(strict("openai/gpt-5"), ",\"temperature\":" + hot).message())
        .contains("don't support temperature. Only temperature=1");
  }

  /** What a provider is sent for a client of another dialect. */
  private static String translated(
      Operation asked, Operation served, String body, Deployment deployment) {
    Request request =
        Codecs.of(asked)
            .readRequest(
                new Endpoint(asked.path(), asked.path(), "", asked, "m", null, false),
                body.getBytes(UTF_8));
    return new String(Codecs.between(asked, served).requestFor(request, deployment, null), UTF_8);
  }

  /** Some send a temperature in every request, and cannot be told to leave it out. */
  @Test
  void theTemperatureOfClientsOfOtherDialectsIsLeftOut() {
    String one =
        """
        {"contents":[],"generationConfig":{"temperature":1,"maxOutputTokens":5}}
        """;
    String low = one.replace("1,", "0.2,");
    Operation asked = Operation.GENERATE_CONTENT;
    assertThat(translated(asked, Operation.CHAT, one, strict("azure/gpt-5")))
        .contains("\"temperature\":1", "\"max_completion_tokens\":5");
    for (Deployment made : List.of(dropping("azure/gpt-5"), strict("azure/gpt-5"))) {
      assertThat(translated(asked, Operation.CHAT, low, made)).doesNotContain("temperature");
    }
    assertThat(translated(asked, Operation.CHAT, low, strict("openai/gpt-5.1")))
        .contains("\"temperature\":0.2");
  }

  @Test
  void aMessagesClientsTemperatureIsLeftOutOnTheWayToResponses() {
    String body =
        """
        {"model":"m","max_tokens":50,"messages":[{"role":"user","content":"q"}],"temperature":0.2}
        """;
    assertThat(translated(Operation.MESSAGES, Operation.RESPONSES, body, strict("openai/gpt-5")))
        .contains("\"max_output_tokens\":50")
        .doesNotContain("temperature");
  }

  @Test
  void whatTheEntrySetsIsRenamedAndDroppedAsIfTheClientHadSentIt() {
    Map<String, Object> params =
        Map.of(
            "model",
            "openai/gpt-5",
            "max_tokens",
            77,
            "temperature",
            0.2,
            "top_p",
            0.3,
            "stop",
            List.of("x"));
    Map<String, Object> drops = new HashMap<>(params);
    drops.put("drop_params", true);
    Deployment made = build(drops, Map.of());
    assertThat(sent(made, "")).isEqualTo(",\"max_completion_tokens\":77");
    for (String own : List.of("max_tokens", "max_completion_tokens")) {
      assertThat(sent(made, ",\"" + own + "\":5")).isEqualTo(",\"max_completion_tokens\":5");
    }
    assertThat(sent(build(params, Map.of()), ",\"drop_params\":true"))
        .isEqualTo(",\"max_completion_tokens\":77");
    assertThatThrownBy(() -> sent(build(params, Map.of()), ""))
        .hasMessageContaining("UnsupportedParamsError");
    assertThat(
            sent(build(Map.of("model", "openai/gpt-5", "temperature", 1, "seed", 3), Map.of()), ""))
        .contains(",\"temperature\":1", ",\"seed\":3");
    assertThat(
            sent(
                build(
                    Map.of("model", "mistral/m", "max_completion_tokens", 5, "drop_params", true),
                    Map.of()),
                ""))
        .isEqualTo(",\"max_tokens\":5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai/gpt-5", "azure/gpt-5"})
  void aCapTakesThePlaceOfTheClientsUnderEitherName(String model) {
    for (String own : List.of("", ",\"max_tokens\":50", ",\"max_completion_tokens\":50")) {
      assertThat(sent(strict(model), own, 7L)).isEqualTo(",\"max_completion_tokens\":7");
    }
    assertThat(sent(strict(model), ",\"max_tokens\":50,\"max_completion_tokens\":60", 7L))
        .isEqualTo(",\"max_completion_tokens\":7");
  }
}
