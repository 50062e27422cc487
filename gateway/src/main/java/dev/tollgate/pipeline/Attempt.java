package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.Upstream.Exchange;
import dev.tollgate.routing.Step;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider: sends it and reads the answer, whole or event by event. It knows the
 * provider's side only; what the client gets of it is up to the {@link Listener}. Lives on the
 * call's event loop.
 */
final class Attempt implements Upstream.Receiver {

  private enum State {
    WAITING,
    ERROR_BODY,
    WHOLE_BODY,
    STREAM,
    /** The listener knows how it ended. */
    OVER
  }

  private final Step step;
  private final Request request;
  private final ReplyShape shape;
  private final Ending ending;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Listener listener;
  private final Rendering rendering;
  private final Codec codec;
  private final Gathered gathered = new Gathered();

  private State state = State.WAITING;
  private @Nullable Exchange exchange;
  private @Nullable MultiMap head;
  private int status;
  private boolean refused;
  private @Nullable WholeReply reply;
  private @Nullable Relay relay;
  private long startedNanos;
  private long endedNanos;

  /** Hears what comes of an attempt; the last word is one of all but {@link #events}. */
  interface Listener {
    /** The provider answered as a whole. */
    void whole(Attempt attempt, WholeReply reply);

    /** Some events of a stream, as the client is to get them; not empty. */
    void events(Attempt attempt, Buffer events);

    /**
     * A stream is complete.
     *
     * @param last what the client still has to get
     */
    void complete(Attempt attempt, Buffer last);

    /**
     * It failed.
     *
     * @param told the event that tells the client in the provider's words; empty if there is none
     */
    void failed(Failure failure, Buffer told);
  }

  /**
   * @param shape what the reply is told beside the provider's words
   */
  Attempt(
      Step step,
      Request request,
      Rendering rendering,
      ReplyShape shape,
      Ending ending,
      Bounds bounds,
      InstantSource clock,
      Listener listener) {
    this.step = step;
    this.request = request;
    this.rendering = rendering;
    this.codec = rendering.codec();
    this.shape = shape;
    this.ending = ending;
    this.bounds = bounds;
    this.clock = clock;
    this.listener = listener;
  }

  /** Sends the request; to be called once. */
  void send(Upstream upstream) {
    startedNanos = System.nanoTime();
    Upstream.Order order =
        new Upstream.Order(
            rendering.deployment(),
            rendering.route(),
            rendering.body(),
            ending.upload(),
            extraHeaders(),
            rendering.headers(),
            request.stream(),
            step.timeout());
    exchange = upstream.send(order, this);
  }

  private Map<String, String> extraHeaders() {
    Map<String, String> forwarded = ForwardedHeaders.of(ending.call(), step.deployment());
    return forwarded.isEmpty() ? ExtraHeaders.of(request) : forwarded;
  }

  void cancel() {
    if (exchange != null) {
      exchange.cancel();
    }
  }

  void resume() {
    if (exchange != null) {
      exchange.resume();
    }
  }

  /** How long it took, or has taken so far. */
  long nanos() {
    return (state == State.OVER ? endedNanos : System.nanoTime()) - startedNanos;
  }

  /** The provider's headers; null before they have come. */
  @Nullable MultiMap headers() {
    return head;
  }

  /** Whether the provider has answered with an error. */
  boolean isRefused() {
    return refused;
  }

  /** The answer as a whole; null if there is none. */
  @Nullable WholeReply reply() {
    return reply;
  }

  /** The answer as a stream; null if there is none. */
  @Nullable StreamEdit stream() {
    return relay == null ? null : relay.edit();
  }

  /** The client's status for a whole answer. */
  int replyStatus() {
    return codec.replyStatus(status);
  }

  /** The client's content type for a whole answer. */
  String replyType() {
    return codec.replyType(providerType());
  }

  /** The client's content type for a stream. */
  String streamType() {
    return codec.streamType(shape, providerType());
  }

  private String providerType() {
    String type = head == null ? null : head.get(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type;
  }

  // Nobody else would end the call if one of the following four failed by a bug.

  @Override
  public void head(int answered, MultiMap headers) {
    try {
      begin(answered, headers);
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  @Override
  public void bytes(Buffer chunk) {
    try {
      switch (state) {
        case WAITING -> throw new IllegalStateException("bytes before a head");
        case ERROR_BODY -> collect(chunk, bounds.errorBytesMax());
        case WHOLE_BODY -> collect(chunk, bounds.replyBytesMax());
        case STREAM -> streamed(chunk);
        case OVER -> {}
      }
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  @Override
  public void end() {
    try {
      switch (state) {
        case WAITING -> throw new IllegalStateException("end before a head");
        case ERROR_BODY -> fail(refusal());
        case WHOLE_BODY -> wholeReply();
        case STREAM -> streamEnded();
        case OVER -> {}
      }
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  @Override
  public void failed(Failure failure) {
    try {
      fail(failure);
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private void begin(int answered, MultiMap headers) {
    status = answered;
    head = headers;
    if (answered < 200 || answered >= 300) {
      refused = true;
      state = State.ERROR_BODY;
    } else if (codec.streams(request) && isStream(headers)) {
      state = State.STREAM;
      relay =
          new Relay(
              codec.stream(request, step.deployment(), shape),
              codec.framing(bounds.eventBytesMax()),
              step.deployment().provider());
    } else {
      state = State.WHOLE_BODY;
    }
  }

  private boolean isStream(MultiMap headers) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return type != null && codec.isStream(type.toLowerCase(Locale.ROOT));
  }

  private void collect(Buffer chunk, int bytesMax) {
    int room = bytesMax - gathered.length();
    if (chunk.length() <= room) {
      gathered.add(chunk);
      return;
    }
    cancel();
    if (state == State.ERROR_BODY) {
      // The start of an error page says enough.
      gathered.add(chunk.slice(0, room));
      fail(refusal());
    } else {
      fail(broken("the reply is larger than " + bytesMax + " bytes, the most this gateway takes."));
    }
  }

  private Failure refusal() {
    if (status < 400) {
      return broken(
          "the provider answered with a redirect ("
              + status
              + "), which is not followed, so that no credential goes where nobody wrote: set"
              + " api_base to the address that is meant.");
    }
    String retryAfter = head == null ? null : head.get("retry-after");
    return codec.readFailure(
        step.deployment(), status, retryAfter, clock.instant(), gathered.whole());
  }

  private Failure broken(String how) {
    return new Failure.UpstreamBroken(how, step.deployment().provider());
  }

  private void wholeReply() {
    if (request.stream()) {
      fail(broken("the provider answered as a whole although a stream was asked for."));
      return;
    }
    WholeReply read;
    try {
      read = codec.readReply(request, step.deployment(), shape, gathered.whole());
    } catch (FailureException unreadable) {
      fail(unreadable.failure());
      return;
    }
    reply = read;
    over();
    listener.whole(this, read);
  }

  private void streamed(Buffer chunk) {
    if (relay != null && !ending.isOver()) {
      relay.feed(chunk);
      handOn(relay);
    }
  }

  private void handOn(Relay events) {
    if (events.out().length() > 0) {
      listener.events(this, events.out());
      if (ending.sink().isFull() && exchange != null) {
        exchange.pause();
      }
    }
    Failure failure = events.failure();
    if (failure != null) {
      cancel();
      over();
      listener.failed(failure, events.last());
    } else if (events.edit().done()) {
      complete(events.last());
    }
  }

  /** The provider closed the stream in good order: complete, or an answer that was cut off. */
  private void streamEnded() {
    if (relay == null || ending.isOver()) {
      return;
    }
    relay.end();
    handOn(relay);
    if (state == State.OVER || ending.isOver()) {
      return;
    }
    if (relay.edit().finished()) {
      complete(relay.closing());
    } else {
      fail(broken("the stream ended before it was complete."));
    }
  }

  private void complete(Buffer last) {
    over();
    listener.complete(this, last);
    if (exchange != null) {
      exchange.conclude();
    }
  }

  private void fail(Failure failure) {
    if (state == State.OVER) {
      return;
    }
    over();
    listener.failed(failure, Buffer.buffer());
  }

  private void over() {
    state = State.OVER;
    endedNanos = System.nanoTime();
  }
}
