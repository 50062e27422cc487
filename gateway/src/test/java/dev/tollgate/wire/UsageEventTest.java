package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.shown;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.ChatClient;
import dev.tollgate.wire.openai.CompletionClient;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The last event of a translated stream, as OpenAI's specification has it. */
class UsageEventTest {
  private static String streamed(Operation operation, String options) {
    String body =
        "{\"model\":\"m\",\"prompt\":\"x\",\"messages\":[],\"stream\":true" + options + "}";
    Request request = Codecs.of(operation).readRequest(Samples.at(operation), bytes(body));
    ClientSide client = operation == Operation.CHAT ? new ChatClient() : new CompletionClient();
    EventWriter writer = client.events(request, shown("m"));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    writer.write(new Event.Started("chatcmpl-1", null, null, Map.of()), stream);
    writer.write(new Event.PartStarted(0, 0, Part.Text.of("hello")), stream);
    writer.write(new Event.Finished(0, Finish.of(Finish.Reason.STOP)), stream);
    writer.write(new Event.Metered(new Usage(12, 7, 0, 0, 0, 0, 0, false)), stream);
    writer.write(new Event.Ended(), stream);
    return stream.toString(UTF_8);
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "COMPLETION"})
  void theEventWithTheUsageHasNoChoices(Operation operation) {
    String[] events =
        streamed(operation, ",\"stream_options\":{\"include_usage\":true}").split("\n\n", -1);
    assertThat(events).hasSize(5).endsWith("data: [DONE]", "");
    assertThat(read(events[0]).at("/choices/0/index").asInt(-1)).isZero();
    assertThat(read(events[1]).at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    JsonNode last = read(events[2]);
    assertThat(last.path("choices").isArray()).isTrue();
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(19);
    assertThat(last.path("id")).isEqualTo(read(events[0]).path("id"));
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "COMPLETION"})
  void whoDoesNotAskGetsNoEventWithoutChoices(Operation operation) {
    assertThat(streamed(operation, "")).doesNotContain("\"choices\":[]");
  }

  private static JsonNode read(String event) {
    return JsonTree.read(event.substring("data: ".length()).getBytes(UTF_8));
  }
}
