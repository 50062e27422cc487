package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.RawText;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * A stream of message events. They go out as they came, but for the model's name; an error event is
 * the client's and a failure at once. For one reply and one thread.
 */
final class MessageStream implements StreamEdit {
  private final Deployment deployment;
  private final byte @Nullable [] shownModel;
  private final RawText text = new RawText();
  private final UsageCount count = new UsageCount();
  private @Nullable String id;
  private @Nullable Failure failure;
  private boolean content;
  private boolean stopped;
  private boolean done;

  MessageStream(Deployment deployment, @Nullable String shownModel) {
    this.deployment = deployment;
    this.shownModel = shownModel == null ? null : JsonText.quote(shownModel);
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    EventData event = EventData.of(buffer, from, to);
    if (event.isEmpty()) {
      return buffer;
    }
    Splice splice = new Splice(event.buffer(), event.from(), event.to());
    try (JsonScan scan = JsonScan.of(event.buffer(), event.dataFrom(), event.dataTo())) {
      if (scan.next() != JsonToken.START_OBJECT) {
        failure = Refusal.unusable(deployment.provider(), "an event is not a JSON object");
        return null;
      }
      readEvent(scan, splice);
      if (scan.next() != null) {
        failure = Refusal.unusable(deployment.provider(), "an event has more than its JSON object");
        return null;
      }
    } catch (JacksonException notJson) {
      failure = Refusal.unusable(deployment.provider(), "an event of the stream is not JSON");
      return null;
    }
    return splice.isEmpty() ? buffer : splice.apply();
  }

  private void readEvent(JsonScan scan, Splice splice) {
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "type" -> {
          String type = value == JsonToken.VALUE_STRING ? scan.text() : "";
          done |= type.equals("message_stop");
          content |= type.equals("content_block_start");
        }
        case "message" -> readMessage(scan, value, splice);
        case "delta" -> readDelta(scan, value);
        case "usage" -> {
          if (value == JsonToken.START_OBJECT) {
            count.read(scan.parser());
          }
        }
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            failure =
                MessagesRefusal.ofEvent(
                    deployment.provider(), ProviderError.ofValue(scan.parser(), value));
          }
        }
        default -> {}
      }
      scan.skip();
    }
  }

  private void readMessage(JsonScan scan, JsonToken message, Splice splice) {
    if (message != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> id = value == JsonToken.VALUE_STRING ? scan.text() : id;
        case "model" -> {
          if (value == JsonToken.VALUE_STRING && shownModel != null) {
            int from = scan.start();
            splice.replace(from, scan.stringEnd(from), shownModel);
          }
        }
        case "usage" -> {
          if (value == JsonToken.START_OBJECT) {
            count.read(scan.parser());
          }
        }
        default -> {}
      }
      scan.skip();
    }
  }

  private void readDelta(JsonScan scan, JsonToken delta) {
    if (delta != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      if (value == JsonToken.VALUE_STRING) {
        switch (name) {
          case "text", "thinking", "partial_json" -> {
            int from = scan.start();
            text.add(scan.source(), from, scan.stringEnd(from));
          }
          case "stop_reason" -> stopped = true;
          default -> {}
        }
      }
      scan.skip();
    }
  }

  /** Nothing: the stream's end is an event of the provider's. */
  @Override
  public @Nullable Usage usage() {
    return count.usage();
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
    return done || stopped;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return content;
  }

  @Override
  public TextSample outputText() {
    return text.sample();
  }
}
