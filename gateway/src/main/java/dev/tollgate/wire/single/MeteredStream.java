package dev.tollgate.wire.single;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Images and transcripts on their way to the client, as they came. The event that completes one
 * says what it used: {@code image_generation.completed}, {@code image_edit.completed}, {@code
 * transcript.text.done}. For one reply and one thread.
 */
public final class MeteredStream implements StreamEdit {
  private final Request request;
  private final Deployment deployment;
  private @Nullable Usage usage;
  private @Nullable Failure failure;
  private int completed;
  private boolean content;

  public MeteredStream(Request request, Deployment deployment) {
    this.request = request;
    this.deployment = deployment;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    EventData event = EventData.of(buffer, from, to);
    if (event.isEmpty() || event.isText("[DONE]")) {
      return buffer;
    }
    content = true;
    try (JsonScan scan = JsonScan.of(event.buffer(), event.dataFrom(), event.dataTo())) {
      if (scan.next() == JsonToken.START_OBJECT) {
        readMembers(event, scan);
      }
    } catch (JacksonException notJson) {
      failure = Refusal.unusable(deployment.provider(), "an event of the stream is not JSON");
    }
    return failure == null ? buffer : null;
  }

  private void readMembers(EventData event, JsonScan scan) {
    String type = "";
    MeteredReply figures = MeteredReply.ofEvent(request.operation(), deployment, event);
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "type" -> {
          type = value == JsonToken.VALUE_STRING ? scan.text() : "";
          scan.skip();
        }
        case "usage" -> figures.readUsage(scan);
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            failure =
                Refusal.ofEvent(deployment.provider(), ProviderError.ofValue(scan.parser(), value));
          }
        }
        default -> scan.skip();
      }
    }
    if (type.endsWith(".completed") || type.equals("transcript.text.done")) {
      completed++;
      Usage used = figures.usage();
      usage = used == null ? usage : used.plus(usage);
    }
  }

  /** Of what is complete; null if nothing is, or without figures. */
  @Override
  public @Nullable Usage usage() {
    return usage;
  }

  /** The provider closes a stream. */
  @Override
  public boolean done() {
    return false;
  }

  @Override
  public boolean finished() {
    return completed >= request.choices();
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
    return TextSample.NONE;
  }
}
