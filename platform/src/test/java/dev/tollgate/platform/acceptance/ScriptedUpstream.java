package dev.tollgate.platform.acceptance;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** One upstream for many tests, each with a script of its own. */
final class ScriptedUpstream implements AutoCloseable {
  private final AtomicReference<Function<Call, Answer>> script =
      new AtomicReference<>(_ -> Answer.of(500, ""));
  private final FakeUpstream fake = FakeUpstream.answering(call -> script.get().apply(call));

  String address() {
    return fake.address();
  }

  /** From here on the upstream answers so, and what arrived before is forgotten. */
  void answers(Function<Call, Answer> answers) {
    script.set(answers);
    fake.calls().clear();
  }

  List<Call> arrived() {
    return fake.calls();
  }

  @Override
  public void close() {
    fake.close();
  }
}
