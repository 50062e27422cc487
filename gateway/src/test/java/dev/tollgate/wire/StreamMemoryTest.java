package dev.tollgate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.anthropic.MessagesClient;
import dev.tollgate.wire.bedrock.ConverseClient;
import dev.tollgate.wire.cohere.CohereChatClient;
import dev.tollgate.wire.gemini.GenerateContentClient;
import dev.tollgate.wire.openai.ChatClient;
import dev.tollgate.wire.responses.ResponsesClient;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the edit of a stream holds of it, by all that can be reached from the edit's own fields. */
class StreamMemoryTest {
  private static final Map<Operation, ClientSide> SIDES =
      Map.of(
          Operation.CHAT, new ChatClient(),
          Operation.RESPONSES, new ResponsesClient(),
          Operation.MESSAGES, new MessagesClient(),
          Operation.GENERATE_CONTENT, new GenerateContentClient(),
          Operation.COHERE_CHAT, new CohereChatClient(),
          Operation.CONVERSE, new ConverseClient());

  private static final int DELTA_CHARS = 16 << 10;

  /** 50 MB of text. */
  private static final int LONG = 3200;

  /** 5 MB of text. */
  private static final int MANY = 320;

  /** A sample for counting, and some events in the making, however long the reply is. */
  private static final int HELD_MAX = TextSample.BYTES_MAX + 8 * DELTA_CHARS;

  record Way(Operation client, Operation provider, Growth kind) {}

  private static final Way LONGEST = new Way(Operation.CHAT, Operation.RESPONSES, Growth.TEXT);

  static Stream<Way> ways() {
    return Stream.of(Growth.TEXT, Growth.THINKING, Growth.ARGUMENTS)
        .flatMap(
            kind ->
                SIDES.keySet().stream()
                    .flatMap(
                        client ->
                            Stream.concat(SIDES.keySet().stream(), Stream.of(Operation.OLLAMA_CHAT))
                                .map(provider -> new Way(client, provider, kind))))
        .filter(way -> !hasToHold(way));
  }

  /** What a dialect's own form makes necessary; each has a bound. */
  private static boolean hasToHold(Way way) {
    if (way.client() == way.provider()) {
      return false;
    }
    return switch (way.client()) {
      case RESPONSES -> true; // its last event repeats everything
      case CHAT -> way.kind() == Growth.THINKING; // stands whole beside its signature
      case GENERATE_CONTENT -> way.kind() == Growth.ARGUMENTS; // a call has no pieces
      default -> false;
    };
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLongReplyIsNotHeld(Way way) {
    StreamEdit edit = fed(way, way.equals(LONGEST) ? LONG : MANY);
    if (edit != null) {
      assertThat(held(edit)).as("%s holds", way).isLessThan(HELD_MAX);
    }
  }

  @Test
  void aResponseThatIsTooLongFailsAndIsNotHeldWithoutEnd() {
    Way way = new Way(Operation.RESPONSES, Operation.MESSAGES, Growth.TEXT);
    StreamEdit edit = Objects.requireNonNull(fed(way, 2 * MANY));
    assertThat(edit.failure()).isInstanceOf(Failure.UpstreamBroken.class);
    assertThat(held(edit)).isLessThan(40 << 20);
  }

  /** Null if the provider's dialect has no events of this kind, or none that can be repeated. */
  private static @Nullable StreamEdit fed(Way way, int deltas) {
    Codec codec = Codecs.between(way.client(), way.provider());
    Request request = request(way.client());
    StreamEdit edit = codec.stream(request, Samples.PLAIN, Samples.shown("m"));
    Framing framing = codec.framing(1 << 20);
    byte[] delta;
    if (way.provider() == Operation.OLLAMA_CHAT) {
      delta = line(way.kind());
    } else {
      EventWriter provider =
          side(way.provider()).events(request(way.provider()), Samples.shown("m"));
      feed(framing, edit, written(provider, new Event.Started("id", "m", 1L, Map.of())));
      feed(framing, edit, written(provider, new Event.PartStarted(0, 0, head(way.kind()))));
      delta = written(provider, new Event.Grown(0, 0, way.kind(), "x".repeat(DELTA_CHARS)));
    }
    if (delta.length < DELTA_CHARS) {
      return null;
    }
    for (int i = 0; i < deltas && edit.failure() == null; i++) {
      feed(framing, edit, delta);
    }
    return edit;
  }

  /** A piece of Ollama's, whose dialect no client speaks; its calls are whole. */
  private static byte[] line(Growth kind) {
    String text = "x".repeat(DELTA_CHARS);
    String piece =
        switch (kind) {
          case THINKING -> "\"content\":\"\",\"thinking\":\"" + text + "\"";
          case ARGUMENTS ->
              "\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":\""
                  + text
                  + "\"}}}]";
          default -> "\"content\":\"" + text + "\"";
        };
    return Samples.bytes(
        "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
            + piece
            + "},\"done\":false}\n");
  }

  private static ClientSide side(Operation operation) {
    return Objects.requireNonNull(SIDES.get(operation));
  }

  private static Request request(Operation operation) {
    String body =
        switch (operation) {
          case GENERATE_CONTENT -> "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";
          case RESPONSES -> "{\"model\":\"m\",\"input\":\"hi\",\"stream\":true}";
          case CONVERSE -> "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";
          default ->
              "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        };
    return Codecs.of(operation).readRequest(Samples.at(operation), Samples.bytes(body));
  }

  private static Part head(Growth kind) {
    return switch (kind) {
      case THINKING -> new Part.Thinking("", null);
      case ARGUMENTS -> Part.ToolCall.of("call_1", "f", "");
      default -> Part.Text.of("");
    };
  }

  private static byte[] written(EventWriter writer, Event event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(event, out);
    return out.toByteArray();
  }

  private static void feed(Framing framing, StreamEdit edit, byte[] bytes) {
    framing.feed(bytes, 0, bytes.length, edit::edit);
  }

  /** Bytes of texts and arrays that can be reached. */
  private static long held(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>(List.of(root));
    long bytes = 0;
    while (!left.isEmpty()) {
      Object next = left.pop();
      if (!seen.add(next)) {
        continue;
      }
      switch (next) {
        case byte[] array -> bytes += array.length;
        case char[] array -> bytes += 2L * array.length;
        case StringBuilder text -> bytes += text.capacity();
        case CharSequence text -> bytes += text.length();
        case ByteArrayOutputStream out -> bytes += out.size();
        case Enum<?> _ -> {
          // one for all
        }
        case BitSet bits -> bytes += bits.size() / Byte.SIZE;
        case JsonNode json -> bytes += json.toString().length();
        case Object[] array -> push(left, array);
        case Collection<?> items -> push(left, items.toArray());
        case Map<?, ?> map -> {
          push(left, map.keySet().toArray());
          push(left, map.values().toArray());
        }
        default -> push(left, fields(next));
      }
    }
    return bytes;
  }

  private static void push(Deque<Object> left, @Nullable Object[] more) {
    for (Object one : more) {
      if (one != null) {
        left.push(one);
      }
    }
  }

  private static @Nullable Object[] fields(Object owner) {
    if (!owner.getClass().getName().startsWith("dev.tollgate")) {
      return new Object[0];
    }
    return Stream.<Class<?>>iterate(owner.getClass(), c -> c != Object.class, Class::getSuperclass)
        .flatMap(c -> Stream.of(c.getDeclaredFields()))
        .filter(f -> !Modifier.isStatic(f.getModifiers()) && !f.getType().isPrimitive())
        .map(f -> value(f, owner))
        .toArray();
  }

  private static @Nullable Object value(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
