package dev.tollgate.wire.responses;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.RawText;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.openai.ToolCalls;
import dev.tollgate.wire.openai.UsageReader;
import dev.tollgate.wire.sse.EventData;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * A stream of response events; all go out as they came, but for the ids of responses. For one reply
 * and one thread.
 *
 * <p>A {@code response.failed} event is the client's and a failure at once; an {@code error} event
 * is only a failure.
 */
final class ResponseStream implements StreamEdit {
  /** What was asked for, which LiteLLM does not repeat when it tells of a failure. */
  private static final Set<String> SETTINGS =
      Set.of(
          "parallel_tool_calls",
          "reasoning",
          "store",
          "temperature",
          "text",
          "tool_choice",
          "top_p",
          "truncation");

  private final Deployment deployment;
  private final UnaryOperator<String> shownIds;
  private final RawText text = new RawText();
  private final @Nullable Usage charged;
  private @Nullable String id;
  private @Nullable Usage usage;
  private @Nullable ServiceTier tier;
  private final ToolCalls tools = new ToolCalls();
  private @Nullable Failure failure;
  private boolean done;

  /**
   * @param shownIds what the client is told for the ids of responses
   * @param charged what is charged whatever the events say; null for what they say
   */
  ResponseStream(Deployment deployment, UnaryOperator<String> shownIds, @Nullable Usage charged) {
    this.deployment = deployment;
    this.shownIds = shownIds;
    this.charged = charged;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    EventData event = EventData.of(buffer, from, to);
    if (event.isEmpty()) {
      return buffer;
    }
    if (event.isText("[DONE]")) {
      done = true;
      return buffer;
    }
    try (JsonScan scan = JsonScan.of(event.buffer(), event.dataFrom(), event.dataTo())) {
      if (scan.next() != JsonToken.START_OBJECT) {
        failure = Refusal.unusable(deployment.provider(), "an event is not a JSON object");
        return null;
      }
      ShownIds ids = new ShownIds(shownIds, event.buffer(), event.from(), event.to());
      if (!readEvent(scan, ids)) {
        return null;
      }
      return ids.isEmpty() ? buffer : ids.apply();
    } catch (JacksonException notJson) {
      failure = Refusal.unusable(deployment.provider(), "an event of the stream is not JSON");
      return null;
    }
  }

  /** Whether the event is for the client. */
  private boolean readEvent(JsonScan scan, ShownIds ids) {
    String type = "";
    String message = null;
    String code = null;
    ProviderError error = null;
    int delta = -1;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "type" -> type = value == JsonToken.VALUE_STRING ? scan.text() : type;
        case "delta" -> delta = value == JsonToken.VALUE_STRING ? scan.start() : -1;
        case "item" -> {
          if (type.equals("response.output_item.done")) {
            tools.readItem(scan, value);
          }
        }
        case "response" -> error = readResponse(scan, value, ids, type.equals("response.failed"));
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            error = ProviderError.ofValue(scan.parser(), value);
          }
        }
        case "message" -> message = value == JsonToken.VALUE_STRING ? scan.text() : null;
        case "code" -> code = value == JsonToken.VALUE_STRING ? scan.text() : null;
        default -> {}
      }
      scan.skip();
    }
    if (delta >= 0) {
      text.add(scan.source(), delta, scan.stringEnd(delta));
    }
    return switch (type) {
      case "response.completed", "response.incomplete" -> {
        done = true;
        yield true;
      }
      case "response.failed", "response.cancelled" -> {
        done = true;
        failure = Refusal.ofEvent(deployment.provider(), error == null ? NONE : error);
        yield true;
      }
      case "error" -> {
        done = true;
        failure =
            Refusal.ofEvent(
                deployment.provider(),
                error == null ? new ProviderError(message, null, null, code) : error);
        yield false;
      }
      case "" -> {
        if (error != null) {
          failure = Refusal.ofEvent(deployment.provider(), error);
        }
        yield error == null;
      }
      default -> true;
    };
  }

  private static final ProviderError NONE = new ProviderError(null, null, null, null);

  private @Nullable ProviderError readResponse(
      JsonScan scan, JsonToken response, ShownIds ids, boolean failed) {
    if (response != JsonToken.START_OBJECT) {
      return null;
    }
    ProviderError error = null;
    boolean kept = false;
    String name = scan.nextName();
    while (name != null) {
      int key = scan.start();
      boolean cut = failed && SETTINGS.contains(name);
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> {
          id = value == JsonToken.VALUE_STRING ? scan.text() : id;
          ids.member(name, scan, value);
        }
        case "previous_response_id" -> ids.member(name, scan, value);
        case "usage" -> {
          if (value == JsonToken.START_OBJECT) {
            Usage seen = UsageReader.read(scan.parser(), true).usage();
            usage = seen == null ? usage : seen.after(usage);
          }
        }
        case "service_tier" ->
            tier = value == JsonToken.VALUE_STRING ? ServiceTier.of(scan.text()) : null;
        case "output" -> tools.readOutput(scan, value);
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            error = ProviderError.ofValue(scan.parser(), value);
          }
        }
        default -> {}
      }
      scan.skip();
      name = scan.nextName();
      if (cut) {
        ids.cut(scan, key, kept, name != null);
      } else {
        kept = true;
      }
    }
    return error;
  }

  /** Nothing: OpenAI's streams of this dialect have no end mark of their own. */
  @Override
  public @Nullable Usage usage() {
    if (charged != null) {
      return charged;
    }
    return usage == null ? null : tools.in(usage).served(tier);
  }

  @Override
  public Usage withTools(Usage counted) {
    return tools.in(counted);
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean finished() {
    return done;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return !text.isEmpty();
  }

  @Override
  public TextSample outputText() {
    return text.sample();
  }
}
