package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static dev.tollgate.wire.Samples.edited;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.quirky;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WholeReplyTest {
  private static final Request CHAT = chat("{\"model\":\"mine\",\"messages\":[]}");

  private static WholeReply read(Deployment deployment, String body) {
    return OPENAI.readReply(CHAT, deployment, Samples.shown("mine"), bytes(body));
  }

  @Test
  void onlyTheModelsNameChanges() {
    WholeReply reply =
        read(
            PLAIN,
            "{\"id\":\"c1\", \"model\" : \"gpt\",\"choices\":[{\"message\":{\"content\":\"a\"},"
                + "\"finish_reason\":\"odd\"}],\"vendor\":[null],\"usage\":{\"prompt_tokens\":12,"
                + "\"completion_tokens\":7,\"total_tokens\":19,\"prompt_tokens_details\":"
                + "{\"cached_tokens\":5,\"audio_tokens\":1},\"completion_tokens_details\":"
                + "{\"reasoning_tokens\":3,\"audio_tokens\":2}}}\n");
    assertThat(text(reply.body()))
        .startsWith("{\"id\":\"c1\", \"model\" : \"mine\",\"choices\":[{\"message\":")
        .contains("\"odd\"}],\"vendor\":[null],\"usage\"")
        .endsWith("}}}\n");
    assertThat(reply.id()).isEqualTo("c1");
    assertThat(reply.usage()).isEqualTo(new Usage(12, 7, 5, 0, 1, 3, 2, false));
    assertThat(reply.outputText().bytes()).isZero();
  }

  @Test
  void withoutUsageTheTextIsGathered() {
    WholeReply reply =
        read(
            PLAIN,
            "{\"choices\":[{\"message\":{\"content\":\"a\\u00e9\",\"role\":\"assistant\"}}]}");
    assertThat(reply.usage()).isNull();
    assertThat(text(reply.outputText().beginning())).isEqualTo("aé");
    assertThat(text(reply.body())).endsWith(",\"model\":\"mine\"}");
    Usage counted = TokenCounter.count(CHAT, reply.outputText());
    assertThat(counted.counted()).isTrue();
    assertThat(counted.outputTokens()).isPositive();
  }

  @Test
  void aMissingFinishReasonIsStop() {
    assertThat(text(read(PLAIN, "{\"model\":\"\",\"choices\":[{\"finish_reason\":null}]}").body()))
        .isEqualTo("{\"model\":\"mine\",\"choices\":[{\"finish_reason\":\"stop\"}]}");
  }

  @Test
  void reasoningThatAProviderCountsBesideTheOutputIsOutput() {
    Usage usage =
        read(
                PLAIN,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,"
                    + "\"total_tokens\":35,\"completion_tokens_details\":{\"reasoning_tokens\":20}}}")
            .usage();
    assertThat(usage).isEqualTo(new Usage(12, 23, 0, 0, 0, 20, 0, false));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"prompt_tokens\":12,\"total_tokens\":19', 12, 7",
    "'\"prompt_tokens\":12,\"completion_tokens\":null,\"total_tokens\":19', 12, 7",
    "'\"completion_tokens\":7,\"total_tokens\":19', 12, 7"
  })
  void aSideThatIsLeftOutIsTheRestOfTheTotal(String figures, long input, long output) {
    String body = "{\"choices\":[],\"usage\":{" + figures + "}}";
    assertThat(read(PLAIN, body).usage()).isEqualTo(Usage.of(input, output));
  }

  @Test
  void aTotalAloneIsTheInputOfVectorsAndSaysNothingOfAText() {
    Request vectors =
        OPENAI.readRequest(
            Samples.at(Operation.EMBEDDING), bytes("{\"model\":\"mine\",\"input\":\"a\"}"));
    String usage = ",\"usage\":{\"total_tokens\":19}}";
    assertThat(
            OPENAI
                .readReply(vectors, PLAIN, Samples.shown("mine"), bytes("{\"data\":[]" + usage))
                .usage())
        .isEqualTo(Usage.of(19, 0));
    assertThat(read(PLAIN, "{\"choices\":[]" + usage).usage()).isNull();
  }

  @Test
  void figuresThatCannotBeAreBounded() {
    Usage usage =
        read(
                PLAIN,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e3,"
                    + "\"total_tokens\":99999999999999999999999,\"prompt_tokens_details\":"
                    + "{\"cached_tokens\":7}}}")
            .usage();
    assertThat(usage).isEqualTo(Usage.of(0, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"id\": \"x\", \"choices\": [",
        "{\"id\":\"x\"}",
        "{\"choices\":null}",
        "{\"choices\":[]} x",
        "<html>"
      })
  void whatIsNoReplyIsTheProvidersFault(String body) {
    assertThat(failureOf(() -> read(PLAIN, body))).isInstanceOf(Failure.UpstreamBroken.class);
  }

  @Test
  void anErrorInAReplyIsTold() {
    assertThat(failureOf(() -> read(PLAIN, "{\"error\":{\"message\":\"inside\"}}")).message())
        .isEqualTo("litellm.InternalServerError: InternalServerError: OpenAIException - inside");
  }

  @Test
  void quirksOfProvidersAreEvenedOut() {
    assertThat(
            text(
                read(
                        quirky("service_tier_auto", "finish_reason_map"),
                        "{\"model\":\"x\",\"service_tier\":\"on_demand\","
                            + "\"choices\":[{\"finish_reason\":\"eos\"}]}")
                    .body()))
        .isEqualTo(
            "{\"model\":\"mine\",\"service_tier\":\"auto\","
                + "\"choices\":[{\"finish_reason\":\"stop\"}]}");
    assertThat(
            text(
                read(
                        quirky("think_tags"),
                        "{\"model\":\"x\",\"choices\":[{\"message\":"
                            + "{\"content\":\"<think>Hm</think>42\"}}]}")
                    .body()))
        .contains("\"content\":\"42\"")
        .contains("\"reasoning_content\":\"Hm\"");
    assertThat(
            text(
                read(
                        quirky("reasoning_field"),
                        "{\"model\":\"x\",\"choices\":[{\"message\":{\"reasoning\":\"Hm\"}}]}")
                    .body()))
        .isEqualTo(
            "{\"model\":\"mine\",\"choices\":[{\"message\":{\"reasoning_content\":\"Hm\"}}]}");
  }

  @Test
  void embeddingsAreRenamedToo() {
    Request request =
        OPENAI.readRequest(Samples.at(Operation.EMBEDDING), bytes("{\"input\":\"x\"}"));
    WholeReply reply =
        OPENAI.readReply(
            request,
            PLAIN,
            Samples.shown("mine"),
            bytes(
                "{\"data\":[{\"embedding\":[0.1]}],\"model\":\"m\",\"usage\":{\"prompt_tokens\":8}}"));
    assertThat(text(reply.body())).contains("\"model\":\"mine\"");
    assertThat(reply.usage()).isEqualTo(Usage.of(8, 0));
  }

  @Test
  void aResponseStreamGoesOutAsItCame() {
    Request request =
        RESPONSES.readRequest(Samples.at(Operation.RESPONSES), bytes("{\"input\":\"x\"}"));
    StreamEdit stream = RESPONSES.stream(request, PLAIN, Samples.shown("mine"));
    for (String event :
        new String[] {
          "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
              + "{\"id\":\"r1\",\"model\":\"gpt\"}}\n\n",
          "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n",
          "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"usage\":"
              + "{\"input_tokens\":12,\"output_tokens\":7,\"input_tokens_details\":"
              + "{\"cached_tokens\":2}}}}\n\n"
        }) {
      assertThat(edited(stream, event)).isEqualTo(event);
    }
    assertThat(stream.id()).isEqualTo("r1");
    assertThat(stream.done()).isTrue();
    assertThat(stream.usage()).isEqualTo(new Usage(12, 7, 2, 0, 0, 0, 0, false));
    assertThat(text(stream.outputText().beginning())).isEqualTo("Hi");
    assertThat(stream.failure()).isNull();
  }

  @Test
  void aResponseThatFailsIsTheClientsAndAFailure() {
    Request request =
        RESPONSES.readRequest(Samples.at(Operation.RESPONSES), bytes("{\"input\":\"x\"}"));
    StreamEdit stream = RESPONSES.stream(request, PLAIN, Samples.shown("mine"));
    String failed =
        "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r1\",\"error\":"
            + "{\"code\":\"server_error\",\"message\":\"no\"}}}\n\n";
    assertThat(edited(stream, failed)).isEqualTo(failed);
    assertThat(stream.failure()).isInstanceOf(Failure.UpstreamBroken.class);
    assertThat(edited(stream, "event: error\ndata: {\"type\":\"error\",\"message\":\"m\"}\n\n"))
        .isEqualTo("null");
    assertThat(stream.failure())
        .isInstanceOfSatisfying(
            Failure.UpstreamBroken.class, f -> assertThat(f.message()).endsWith(" - m"));
  }
}
