package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where client and provider speak the same: what nobody here knows goes through byte for byte. */
class SameDialectTest {
  private static final int ROUNDS = 200;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private String space() {
    return random.nextInt(4) == 0 ? " \n\t" : "";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 7)) {
      case 0 -> "\"" + "a\\\"}],é\\\\\\u00e9".repeat(random.nextInt(3)) + "\"";
      case 1 -> Integer.toString(random.nextInt());
      case 2 -> "-1.50e-7";
      case 3 -> "false";
      case 4 -> "\"\"";
      case 5 -> "[" + space() + value(depth + 1) + space() + "," + value(depth + 1) + "]";
      default -> "{\"null\":null," + space() + "\"k\":" + value(depth + 1) + space() + "}";
    };
  }

  /** A member of no dialect. */
  private String member() {
    return "\"x_" + random.nextInt(99) + "_unknown\"" + space() + ":" + space() + value(0);
  }

  private Request request(Operation operation, byte[] body) {
    return Codecs.of(operation).readRequest(CodecFuzz.endpoint(operation), body);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CHAT", "RESPONSES", "MESSAGES", "GENERATE_CONTENT", "CONVERSE", "COHERE_CHAT"})
  void ofARequest(Operation operation) {
    for (byte[] known : CodecFuzzSeeds.requests(operation)) {
      for (int round = 0; round < ROUNDS; round++) {
        String member = member();
        String body = "{" + member + "," + text(known).substring(1);
        byte[] sent =
            Codecs.between(operation, operation)
                .requestFor(request(operation, bytes(body)), PLAIN, null);
        assertThat(text(sent)).as("seed %d", seed).contains(member);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CHAT", "RESPONSES", "MESSAGES", "GENERATE_CONTENT", "CONVERSE", "COHERE_CHAT"})
  void ofAReply(Operation operation) {
    Request request = request(operation, CodecFuzzSeeds.requests(operation).getFirst());
    for (int round = 0; round < ROUNDS; round++) {
      String member = member();
      byte[] reply = bytes("{" + member + "," + CodecFuzzSeeds.reply(operation).substring(1));
      WholeReply shown =
          Codecs.between(operation, operation)
              .readReply(request, PLAIN, Samples.shown("shown"), reply);
      assertThat(text(shown.body())).as("seed %d", seed).contains(member);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CHAT", "RESPONSES", "MESSAGES", "GENERATE_CONTENT", "CONVERSE", "COHERE_CHAT"})
  void ofAStreamHoweverItIsCut(Operation operation) {
    Request request = request(operation, CodecFuzzSeeds.requests(operation).getLast());
    String known = text(CodecFuzzSeeds.stream(operation));
    String start = operation == Operation.CONVERSE ? " {" : "data: {";
    for (int round = 0; round < ROUNDS; round++) {
      String member = member().replace("\n", " ");
      byte[] stream =
          operation == Operation.CONVERSE
              ? AwsEvents.ofLines(
                  known.replace(start, start + member + ",").getBytes(StandardCharsets.UTF_8))
              : bytes(known.replace(start, start + member + ","));
      String whole = played(operation, request, stream, stream.length);
      assertThat(whole).as("seed %d", seed).contains(member);
      assertThat(played(operation, request, stream, 1 + random.nextInt(40)))
          .as("seed %d", seed)
          .isEqualTo(whole);
    }
  }

  private static String played(Operation operation, Request request, byte[] stream, int step) {
    Codec codec = Codecs.between(operation, operation);
    StreamEdit edit = codec.stream(request, PLAIN, Samples.shown("shown"));
    return Played.stream(edit, codec.framing(1 << 20), stream, step);
  }
}
