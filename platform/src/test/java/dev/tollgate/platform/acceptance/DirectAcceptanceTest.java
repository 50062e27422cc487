package dev.tollgate.platform.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The platform alone: what it sends is checked byte for byte. */
class DirectAcceptanceTest extends AcceptanceContract {
  private static ScriptedUpstream upstream;

  @BeforeAll
  static void start() {
    upstream = new ScriptedUpstream();
  }

  @AfterAll
  static void stop() {
    upstream.close();
  }

  @Override
  String address() {
    return upstream.address();
  }

  @Override
  String key() {
    return "sk-direct";
  }

  @Override
  void upstream(Function<Call, Answer> script) {
    upstream.answers(script);
  }

  @Override
  List<Call> arrived() {
    return upstream.arrived();
  }

  @Override
  void assertArrived(int index, String body) {
    assertThat(arrived().get(index).body()).isEqualTo(body);
    assertThat(arrived().get(index).header("Authorization")).isEqualTo("Bearer " + key());
  }

  @Override
  List<String> paths(String end) {
    var base = end.endsWith("/") ? end : end + "/";
    return Stream.of("chat/completions", "responses", "embeddings").map(base::concat).toList();
  }
}
