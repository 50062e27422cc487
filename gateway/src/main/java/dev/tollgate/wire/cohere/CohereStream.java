package dev.tollgate.wire.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.wire.EventStream;
import dev.tollgate.wire.EventWatch;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that goes through as it is, while its events are read for what the call's end needs;
 * lines of JSON become server-sent events. For one reply and one thread.
 */
final class CohereStream implements EventStream {
  private final CohereEvents events;
  private final EventWatch watch = new EventWatch(1);

  CohereStream(Deployment deployment) {
    this.events = new CohereEvents(deployment.provider(), true);
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    watch.begin();
    try {
      events.read(buffer, from, to, watch);
    } catch (FailureException broken) {
      watch.fail(broken.failure());
    }
    if (watch.failure() != null) {
      return null;
    }
    return buffer[from] == '{' ? wrapped(buffer, from, to) : buffer;
  }

  private static byte[] wrapped(byte[] buffer, int from, int to) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(to - from + 8);
    event.writeBytes("data: ".getBytes(UTF_8));
    event.write(buffer, from, to - from);
    event.writeBytes("\n\n".getBytes(UTF_8));
    return event.toByteArray();
  }

  @Override
  public byte @Nullable [] ending() {
    events.end(watch);
    return null;
  }

  @Override
  public EventWatch watch() {
    return watch;
  }
}
