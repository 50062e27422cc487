package dev.tollgate.wire.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Looks over a reply that goes through as it is: what it used, and whether it is one. An image's
 * bytes are never in a tree. For one reply.
 */
public final class MeteredReply {
  private static final long MILLIS_MAX = 1L << 40;

  /** LiteLLM's images always have one. */
  private static final byte[] NO_USAGE =
      (",\"usage\":{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0,"
              + "\"input_tokens_details\":{\"image_tokens\":0,\"text_tokens\":0}}")
          .getBytes(UTF_8);

  private final Operation operation;
  private final Deployment deployment;
  private final byte[] body;
  private final Splice splice;
  private @Nullable String id;
  private JsonNode usage = Tree.object();
  private JsonNode meta = Tree.object();
  private @Nullable BigDecimal seconds;
  private int items = -1;
  private boolean text;

  private MeteredReply(Operation operation, Deployment deployment, byte[] body) {
    this.operation = operation;
    this.deployment = deployment;
    this.body = body;
    this.splice = new Splice(body, 0, body.length);
  }

  /**
   * Reads a reply.
   *
   * @throws FailureException with an {@code UpstreamBroken} if it is none of the operation
   */
  public static WholeReply read(Operation operation, Deployment deployment, byte[] body) {
    return new MeteredReply(operation, deployment, body).read();
  }

  /** Reads the {@code usage} of one event of a stream, which completes one thing. */
  static MeteredReply ofEvent(Operation operation, Deployment deployment, EventData event) {
    MeteredReply one = new MeteredReply(operation, deployment, event.buffer());
    one.items = 1;
    return one;
  }

  /** Takes the value that begins at the current token. */
  void readUsage(JsonScan scan) {
    usage = tree(scan);
  }

  /** What was read; null if there is no figure above zero in it: then nothing was counted. */
  @Nullable Usage usage() {
    Usage used = metered();
    boolean lasted =
        used.quantity() instanceof Quantity(Unit unit, long amount)
            && unit == Unit.SECOND
            && amount > 0;
    return used.totalTokens() > 0 || lasted ? used : null;
  }

  private WholeReply read() {
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw unusable("the reply is not a JSON object");
      }
      readMembers(scan);
      int close = scan.start();
      if (scan.next() != null) {
        throw unusable("the reply has content after its JSON object");
      }
      if (operation.family() == Operation.Family.IMAGE && usage.isEmpty()) {
        splice.insert(close, NO_USAGE);
      }
    } catch (JacksonException notJson) {
      throw unusable("the reply is not JSON");
    }
    if (items < 0 && !text) {
      throw unusable("the reply has no '" + output() + "'");
    }
    byte[] edited = splice.isEmpty() ? body : splice.apply();
    return new WholeReply(edited, metered(), id, TextSample.NONE);
  }

  private void readMembers(JsonScan scan) {
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> {
          id = value == JsonToken.VALUE_STRING ? scan.text() : null;
          scan.skip();
        }
        case "data", "results" -> {
          if (name.equals(output()) && value == JsonToken.START_ARRAY) {
            items = count(scan);
          } else {
            scan.skip();
          }
        }
        case "text" -> {
          text = output().equals("text") && value == JsonToken.VALUE_STRING;
          scan.skip();
        }
        case "usage" -> usage = tree(scan);
        case "meta" -> meta = tree(scan);
        case "duration" -> seconds = decimal(tree(scan));
        default -> scan.skip();
      }
    }
  }

  private static int count(JsonScan scan) {
    int count = 0;
    while (scan.next() != JsonToken.END_ARRAY) {
      count++;
      scan.skip();
    }
    return count;
  }

  /** Of the few small members that tell figures. */
  private JsonNode tree(JsonScan scan) {
    int from = scan.start();
    JsonToken value = scan.parser().currentToken();
    if (value.isStructStart()) {
      scan.skip();
      JsonNode tree = JsonTree.read(Arrays.copyOfRange(body, from, scan.start() + 1));
      return tree.isObject() ? tree : Tree.object();
    }
    return value.isNumeric() || value == JsonToken.VALUE_STRING
        ? Tree.string(scan.parser().getString())
        : Tree.object();
  }

  private static @Nullable BigDecimal decimal(JsonNode text) {
    try {
      return text.isString() ? new BigDecimal(text.stringValue()) : null;
    } catch (NumberFormatException notSeconds) {
      return null;
    }
  }

  private String output() {
    return switch (operation.family()) {
      case IMAGE -> "data";
      case AUDIO -> "text";
      case RERANK, MODERATION, CHAT, EMBEDDING, COUNT, STORED, PASS_THROUGH -> "results";
    };
  }

  private Usage metered() {
    return switch (operation.family()) {
      case IMAGE -> tokens(true).with(new Quantity(Unit.IMAGE, items));
      case RERANK -> reranked();
      case AUDIO -> {
        Usage heard = tokens(false);
        BigDecimal length = seconds == null ? Tree.decimal(usage, "seconds") : seconds;
        yield length == null ? heard : heard.with(new Quantity(Unit.SECOND, millis(length)));
      }
      case MODERATION, CHAT, EMBEDDING, COUNT, STORED, PASS_THROUGH -> tokens(false);
    };
  }

  private Usage reranked() {
    JsonNode billed = meta.path("billed_units");
    long units = billed.has("search_units") ? Tree.tokens(billed, "search_units") : 1;
    JsonNode counted = meta.path("tokens").isObject() ? meta.path("tokens") : usage;
    long input =
        counted.has("input_tokens")
            ? Tree.tokens(counted, "input_tokens")
            : Tree.tokens(counted, "total_tokens");
    return Usage.of(input, 0).with(new Quantity(Unit.QUERY, units));
  }

  /**
   * @param drawn whether output is images where its details do not say
   */
  private Usage tokens(boolean drawn) {
    long input = figure("input_tokens", "prompt_tokens");
    long output = figure("output_tokens", "completion_tokens");
    JsonNode in = details("input_tokens_details", "input_token_details");
    JsonNode out = details("output_tokens_details", "output_token_details");
    long images = out.has("image_tokens") ? Tree.tokens(out, "image_tokens") : drawn ? output : 0;
    JsonNode cached = in.path("cached_tokens_details");
    return new Usage(
            input,
            output,
            Math.min(Tree.tokens(in, "cached_tokens"), input),
            0,
            Math.min(Tree.tokens(in, "audio_tokens"), input),
            0,
            0,
            false,
            Math.min(Tree.tokens(in, "image_tokens"), input),
            Math.min(images, output),
            0)
        .with(
            Usage.Detail.of(
                0,
                Tree.tokens(cached, "audio_tokens"),
                Tree.tokens(cached, "image_tokens"),
                null,
                null,
                null));
  }

  private long figure(String name, String otherName) {
    return Tree.tokens(usage, usage.has(name) ? name : otherName);
  }

  private JsonNode details(String name, String otherName) {
    return usage.path(usage.has(name) ? name : otherName);
  }

  private static long millis(BigDecimal seconds) {
    if (seconds.signum() <= 0 || seconds.precision() - seconds.scale() > 9) {
      return seconds.signum() <= 0 ? 0 : MILLIS_MAX;
    }
    return seconds.movePointRight(3).setScale(0, RoundingMode.HALF_EVEN).longValue();
  }

  private FailureException unusable(String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }
}
