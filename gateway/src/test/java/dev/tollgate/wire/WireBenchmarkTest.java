package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.sse.EventSplitter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints what the hot path costs in CPU time; the bounds are loose, since machines differ. */
@Tag("long")
class WireBenchmarkTest {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-Up12345abc\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1719000000,\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\" world\"},\"finish_reason\":null}]}\n\n";

  private static String request(int size) {
    String text = "Some words of a prompt that says \\\"something\\\" or other. ";
    return "{\"model\":\"my-model\",\"temperature\":0.7,\"max_tokens\":256,\"messages\":["
        + "{\"role\":\"system\",\"content\":\"You are terse.\"},{\"role\":\"user\",\"content\":\""
        + text.repeat(Math.max(1, (size - 200) / text.length()))
        + "\"}],\"stream\":true,\"user\":\"u1\"}";
  }

  private static double nanosPerOp(String name, int size, IntSupplier op) {
    int perRound = (int) Math.max(20, 20_000_000L / (size + 500));
    double best = Double.MAX_VALUE;
    long sum = 0;
    for (int round = 0; round < 12; round++) {
      long begun = CPU.getCurrentThreadCpuTime();
      for (int i = 0; i < perRound; i++) {
        sum += op.getAsInt();
      }
      best = Math.min(best, (CPU.getCurrentThreadCpuTime() - begun) / (double) perRound);
    }
    assertThat(sum).isNotZero();
    System.out.printf("%-28s %6d bytes %10.0f ns/op%n", name, size, best);
    return best;
  }

  @Test
  void scanSpliceAndStreamAreCheap() {
    for (int size : new int[] {1 << 10, 256 << 10}) {
      byte[] body = bytes(request(size));
      double nanos =
          nanosPerOp(
              "request scan and splice",
              body.length,
              () ->
                  OPENAI.requestFor(
                          OPENAI.readRequest(Samples.at(Operation.CHAT), body), PLAIN, null)
                      .length);
      assertThat(nanos).isLessThan(size * 20.0);
    }
    Request request = chat(request(1024));
    byte[] reply =
        bytes(
            "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1719000000,"
                + "\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                + "\"assistant\",\"content\":\""
                + "Hello there! ".repeat(40)
                + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":"
                + "{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}");
    nanosPerOp(
        "whole reply",
        reply.length,
        () -> OPENAI.readReply(request, PLAIN, Samples.shown("my-model"), reply).body().length);
    byte[] chunk = bytes(CHUNK);
    StreamEdit[] stream = {OPENAI.stream(request, PLAIN, Samples.shown("my-model"))};
    int[] count = {0};
    nanosPerOp(
        "stream chunk",
        chunk.length,
        () -> {
          if (++count[0] % 1000 == 0) {
            stream[0] = OPENAI.stream(request, PLAIN, Samples.shown("my-model"));
          }
          byte[] out = stream[0].edit(chunk, 0, chunk.length);
          return out == null ? 0 : out.length;
        });
    EventSplitter splitter = new EventSplitter(8 << 20);
    int[] seen = {0};
    nanosPerOp(
        "split one event",
        chunk.length,
        () -> {
          splitter.feed(chunk, 0, chunk.length, (_, from, to) -> seen[0] += to - from);
          return seen[0];
        });
  }
}
