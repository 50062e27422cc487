package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Event;
import dev.tollgate.wire.openai.Refusal;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** One streamed reply on its way over a {@link Bridge}. For one thread. */
final class BridgeStream implements EventStream {
  private final Request request;
  private final Deployment deployment;
  private final EventReader reader;
  private final EventWriter writer;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private final EventWatch watch;

  BridgeStream(Request request, Deployment deployment, EventReader reader, EventWriter writer) {
    this.request = request;
    this.deployment = deployment;
    this.reader = reader;
    this.writer = writer;
    this.watch = new EventWatch(request.choices());
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    watch.begin();
    out.reset();
    try {
      reader.read(buffer, from, to, this::take);
    } catch (FailureException broken) {
      watch.fail(broken.failure());
    } catch (JacksonException notJson) {
      watch.fail(Refusal.unusable(deployment.provider(), "an event of the stream is not JSON"));
    }
    return watch.failure() == null ? written() : null;
  }

  @Override
  public byte @Nullable [] ending() {
    out.reset();
    if (!done()) {
      reader.end(this::take);
    }
    if (!done()) {
      take(new Event.Ended());
    }
    return written();
  }

  private byte @Nullable [] written() {
    return out.size() == 0 ? null : out.toByteArray();
  }

  private void take(Event given) {
    if (done() || failure() != null) {
      return;
    }
    Event event = completed(given);
    if (event instanceof Event.Ended) {
      countIfWanted();
    }
    watch.accept(event);
    if (failure() == null) { // the caller tells the client, in its dialect's form
      writer.write(event, out);
    }
  }

  /**
   * As the client can use it: some providers do not say which model answers, LiteLLM tells clients
   * of the Responses API the one that was asked, most clients have no place for the signature of a
   * call, and figures are all that were told so far.
   */
  private Event completed(Event event) {
    return switch (event) {
      case Event.Started started when started.model() == null || isResponses() ->
          new Event.Started(started.id(), deployment.model(), started.created(), started.extras());
      case Event.PartStarted part when !Bridge.signsCalls(request) ->
          new Event.PartStarted(part.choice(), part.part(), SignedIds.sign(part.head()));
      case Event.Metered metered -> new Event.Metered(metered.usage().after(usage()));
      default -> event;
    };
  }

  private boolean isResponses() {
    return request.dialect() == Dialect.RESPONSES;
  }

  /**
   * A client that asked for figures gets them also where the provider sends none; a response has
   * them unasked.
   */
  private void countIfWanted() {
    if (usage() == null && (request.usageWanted() || isResponses())) {
      take(new Event.Metered(TokenCounter.count(request, outputText())));
    }
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false; // what means nothing is not written
  }

  @Override
  public EventWatch watch() {
    return watch;
  }
}
