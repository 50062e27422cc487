package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.chat;
import static dev.tollgate.wire.Samples.quirky;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class WirePropertyTest {
  private static final List<Operation> OPERATIONS =
      List.of(Operation.CHAT, Operation.COMPLETION, Operation.EMBEDDING, Operation.RESPONSES);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private String space() {
    return switch (random.nextInt(6)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      default -> "";
    };
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 7)) {
      case 0 -> "\"" + "a\\\"}],é\\\\".repeat(random.nextInt(3)) + "\"";
      case 1 -> Integer.toString(random.nextInt());
      case 2 -> "-1.5e-7";
      case 3 -> "true";
      case 4 -> "\"\"";
      case 5 -> "[" + space() + value(depth + 1) + space() + "," + value(depth + 1) + "]";
      default -> "{\"null\":null," + space() + "\"k\":" + value(depth + 1) + space() + "}";
    };
  }

  /** A chat body of members in any order; those named drop_ have to go. */
  private String body(List<String> kept) {
    List<String> members = new ArrayList<>();
    members.add("\"model\"" + space() + ":" + space() + "\"m\"");
    members.add("\"messages\":" + space() + "[{\"role\":\"user\",\"content\":" + value(0) + "}]");
    for (int i = random.nextInt(6); i > 0; i--) {
      String member = "\"field" + i + "\"" + space() + ":" + space() + value(0);
      members.add(member);
      kept.add(member);
    }
    for (String ours : new String[] {"api_key", "tags", "num_retries", "metadata", "cache"}) {
      if (random.nextInt(3) == 0) {
        members.add("\"" + ours + "\":" + value(0));
      }
    }
    if (random.nextBoolean()) {
      members.add("\"nothing\":null");
    }
    Collections.shuffle(members, random);
    StringBuilder body = new StringBuilder(space() + "{" + space());
    for (int i = 0; i < members.size(); i++) {
      body.append(i == 0 ? "" : "," + space()).append(members.get(i)).append(space());
    }
    return body.append('}').append(space()).toString();
  }

  @Test
  void unknownFieldsSurviveByteForByteAndNothingElseChanges() {
    for (int round = 0; round < 3000; round++) {
      List<String> kept = new ArrayList<>();
      String body = body(kept);
      String forwarded = text(OPENAI.requestFor(chat(body), PLAIN, null));
      assertThat(forwarded).as("seed %d", seed).contains(kept.isEmpty() ? List.of("{") : kept);
      ObjectNode expected = (ObjectNode) JsonTree.read(bytes(body));
      expected.put("model", "gpt-4o-mini");
      expected.remove(List.of("api_key", "tags", "num_retries", "metadata", "cache", "nothing"));
      assertThat(JsonTree.read(bytes(forwarded))).as("seed %d: %s", seed, body).isEqualTo(expected);
    }
  }

  @Test
  void readingWhatWasWrittenGivesTheSame() {
    for (int round = 0; round < 500; round++) {
      byte[] once = OPENAI.requestFor(chat(body(new ArrayList<>())), PLAIN, null);
      byte[] twice =
          OPENAI.requestFor(OPENAI.readRequest(Samples.at(Operation.CHAT), once), PLAIN, null);
      assertThat(text(twice)).as("seed %d", seed).isEqualTo(text(once));
    }
  }

  @Test
  void damagedBytesThrowNothingButFailures() {
    String[] seeds = {
      body(new ArrayList<>()),
      "{\"stream\":true,\"stream_options\":{\"x\":1},\"messages\":[{\"role\":\"developer\"}],"
          + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}}",
      "{\"id\":\"\",\"model\":\"x\",\"choices\":[{\"delta\":{\"content\":\"a\",\"reasoning\":\"\"}"
          + ",\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":1}}",
      "{\"error\":{\"message\":\"m\",\"code\":429}}",
      "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"usage\":{}},\"output\":[]}",
      "[DONE]"
    };
    for (int round = 0; round < 30_000; round++) {
      byte[] bytes = bytes(seeds[random.nextInt(seeds.length)]);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(5) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      bytes = java.util.Arrays.copyOf(bytes, length);
      exercise(bytes);
    }
    for (int round = 0; round < 10_000; round++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      exercise(noise);
    }
  }

  private void exercise(byte[] bytes) {
    Deployment deployment =
        random.nextBoolean()
            ? PLAIN
            : quirky("json_schema_as_tool", "think_tags", "reasoning_field", "finish_reason_map");
    Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
    Codec codec = operation == Operation.RESPONSES ? RESPONSES : OPENAI;
    Request sane =
        codec.readRequest(
            Samples.at(operation),
            bytes("{\"messages\":[],\"input\":\"\",\"prompt\":\"\",\"stream\":true}"));
    String as = "seed " + seed + ": " + text(bytes);
    only(
        as,
        () -> codec.requestFor(codec.readRequest(Samples.at(operation), bytes), deployment, null));
    only(as, () -> codec.readReply(sane, deployment, Samples.shown("m"), bytes));
    only(
        as,
        () -> codec.readFailure(deployment, 400 + random.nextInt(200), "x", Instant.EPOCH, bytes));
    only(
        as,
        () -> {
          StreamEdit stream = codec.stream(sane, deployment, Samples.shown("m"));
          byte[] event = bytes("data: " + text(bytes) + "\n\n");
          stream.edit(event, 0, event.length);
          stream.outputText();
        });
  }

  private static void only(String as, Runnable action) {
    try {
      action.run();
    } catch (FailureException expected) {
      assertThat(expected.failure().message()).isNotEmpty();
    } catch (RuntimeException | StackOverflowError other) {
      throw new AssertionError(as, other);
    }
  }
}
