package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.sse.EventSink;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any bytes through any reader of any codec: what {@code tests/fuzz/run} calls, and {@link
 * CodecFuzzTest} with what it starts from.
 *
 * <p>The first byte of an input says what reads it, the second which way ({@link #WAYS}), the third
 * how a stream is cut; the rest is read. Nothing but a {@link FailureException} may come out, of a
 * request a 4xx; what goes out is bounded by what came in; a stream says the same however it is
 * cut.
 */
public final class CodecFuzz {
  /** What reads an input. */
  enum Reader {
    REQUEST,
    REPLY,
    STREAM,
    FAILURE
  }

  /** A client's operation, and what serves it. */
  record Way(Operation asked, Operation served) {}

  static final List<Way> WAYS = ways();

  /** Bytes that may go out beside so many for each that came in. */
  private static final int GROWTH_MAX = 1 << 18;

  private static final int GROWTH_FACTOR = 200;
  private static final List<String> STREAMS =
      List.of(
          "text/event-stream",
          "application/x-ndjson",
          "application/vnd.amazon.eventstream",
          "audio/mpeg");
  private static final int EVENT_BYTES_MAX = 1 << 20;
  private static final Map<Operation, List<Request>> SANE = new EnumMap<>(Operation.class);
  private static final List<Deployment> DEPLOYMENTS =
      List.of(
          Samples.PLAIN,
          Samples.quirky("json_schema_as_tool", "think_tags", "reasoning_field", "thinking_parts"),
          Samples.deployment(
              "anthropic",
              new BodyRules(
                  Map.of("max_completion_tokens", "max_tokens"),
                  Set.of("seed", "stop", "parallel_tool_calls", "n"),
                  true,
                  Set.of("user"),
                  Map.of("temperature", "0.5"),
                  Map.of("extra", "{\"a\":1}"),
                  true,
                  Set.of())));

  private CodecFuzz() {}

  private static List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (Operation asked : Operation.values()) {
      for (Operation served : Operation.values()) {
        if ((asked == served && isAsked(asked)) || Codecs.isBridged(asked, served)) {
          ways.add(new Way(asked, served));
        }
      }
    }
    return ways;
  }

  private static boolean isAsked(Operation operation) {
    try {
      Codecs.of(operation);
      return operation.method().equals("POST");
    } catch (IllegalStateException nobodyDoes) {
      return false;
    }
  }

  /** The fuzzer's way in. */
  @SuppressWarnings("EnumOrdinal") // the input is the fuzzer's
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 3) {
      return;
    }
    Reader reader = Reader.values()[(data[0] & 0xff) % Reader.values().length];
    Way way = WAYS.get((data[1] & 0xff) % WAYS.size());
    int cut = data[2] & 0xff;
    byte[] body = Arrays.copyOfRange(data, 3, data.length);
    Deployment deployment = DEPLOYMENTS.get(cut % DEPLOYMENTS.size());
    switch (reader) {
      case REQUEST -> request(way, deployment, body);
      case REPLY -> reply(way, deployment, body);
      case STREAM -> {
        boolean framed = way.served == Operation.CONVERSE || way.served == Operation.INVOKE;
        // a damaged frame is found by its checksum: mostly what is in the frames is damaged
        stream(way, deployment, framed && cut % 4 != 3 ? AwsEvents.ofLines(body) : body, 1 + cut);
      }
      case FAILURE -> failure(way, deployment, 400 + cut % 200, body);
    }
  }

  private static void request(Way way, Deployment deployment, byte[] body) {
    try {
      Request request = Codecs.of(way.asked).readRequest(endpoint(way.asked), body);
      Codec codec = Codecs.between(way.asked, way.served);
      byte[] sent = codec.requestFor(request, deployment, null);
      bounded(sent.length, body.length);
      codec.headersFor(request, deployment, _ -> null);
    } catch (FailureException refused) {
      told(way, refused.failure());
      check(refused.failure().status() / 100 == 4, "a request's refusal is a 4xx");
    }
  }

  private static void reply(Way way, Deployment deployment, byte[] body) {
    for (Request request : sane(way.asked)) {
      try {
        Codec codec = Codecs.between(way.asked, way.served);
        codec.requestFor(request, deployment, null);
        WholeReply reply = codec.readReply(request, deployment, Samples.shown("m"), body);
        bounded(reply.body().length, body.length);
      } catch (FailureException broken) {
        told(way, broken.failure());
      }
    }
  }

  private static void stream(Way way, Deployment deployment, byte[] body, int step) {
    Codec codec = Codecs.between(way.asked, way.served);
    if (STREAMS.stream().noneMatch(codec::isStream)) {
      return;
    }
    for (Request request : sane(way.asked)) {
      byte[] whole = played(way, request, deployment, body, body.length);
      bounded(whole.length, body.length);
      byte[] cut = played(way, request, deployment, body, step);
      check(Arrays.equals(whole, cut), "a stream says the same however it is cut");
    }
  }

  /** What a client is sent of a stream that comes in steps. */
  @SuppressWarnings("ReferenceEquality") // the buffer itself stands for "unchanged"
  private static byte[] played(
      Way way, Request request, Deployment deployment, byte[] stream, int step) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Codec codec = Codecs.between(way.asked, way.served);
      codec.requestFor(request, deployment, null);
      Framing framing = codec.framing(EVENT_BYTES_MAX);
      StreamEdit edit = codec.stream(request, deployment, Samples.shown("m"));
      EventSink sink =
          (buffer, from, to) -> {
            if (edit.failure() != null || edit.done()) {
              return;
            }
            edit.isSilent(buffer, from, to);
            byte[] edited = edit.edit(buffer, from, to);
            if (edited == buffer) {
              out.write(buffer, from, to - from);
            } else if (edited != null) {
              out.writeBytes(edited);
            }
          };
      for (int at = 0; at < stream.length; at += step) {
        framing.feed(stream, at, Math.min(stream.length, at + step), sink);
      }
      framing.end(sink);
      byte[] ending = edit.failure() == null ? edit.ending() : null;
      out.writeBytes(ending == null ? new byte[0] : ending);
      edit.outputText();
      edit.usage();
      edit.finished();
      if (edit.failure() != null) {
        told(way, edit.failure());
      }
    } catch (FailureException broken) {
      told(way, broken.failure());
    }
    return out.toByteArray();
  }

  private static void failure(Way way, Deployment deployment, int status, byte[] body) {
    String retryAfter = new String(body, 0, Math.min(body.length, 40), ISO_8859_1);
    Codec codec = Codecs.between(way.asked, way.served);
    told(way, codec.readFailure(deployment, status, retryAfter, Instant.EPOCH, body));
  }

  /** A failure has a status and words, which every dialect can write. */
  private static void told(Way way, Failure failure) {
    check(failure.status() >= 400 && failure.status() < 600, "a failure has a status of one");
    check(!failure.message().isEmpty(), "a failure has a message");
    Codec codec = Codecs.of(way.asked);
    check(codec.writeFailure(failure).length > 0, "a failure is told");
    codec.writeFailureEvent(failure);
  }

  private static void bounded(int out, int in) {
    check((long) out <= GROWTH_MAX + (long) in * GROWTH_FACTOR, "what goes out is bounded");
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule);
    }
  }

  static Endpoint endpoint(Operation operation) {
    String model =
        operation == Operation.GENERATE_CONTENT || operation == Operation.CONVERSE ? "m" : null;
    String id = operation.path().contains("{id}") ? "resp_1" : null;
    return new Endpoint(operation.path(), operation.path(), "", operation, model, id, false);
  }

  /** Requests whose answers are read: a plain one, and one that asks for all that is special. */
  private static List<Request> sane(Operation asked) {
    return SANE.computeIfAbsent(
        asked,
        operation ->
            CodecFuzzSeeds.requests(operation).stream()
                .map(body -> Codecs.of(operation).readRequest(endpoint(operation), body))
                .toList());
  }

  @SuppressWarnings("EnumOrdinal") // as above
  static byte[] input(Reader reader, int way, int cut, byte[] body) {
    byte[] input = new byte[body.length + 3];
    input[0] = (byte) reader.ordinal();
    input[1] = (byte) way;
    input[2] = (byte) cut;
    System.arraycopy(body, 0, input, 3, body.length);
    return input;
  }
}
