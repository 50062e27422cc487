package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.model.Usage;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.Upstream.Exchange;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Step;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Codecs;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.sse.EventSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one asynchronous step of a call: asks the plan's deployments in turn until one answers. A
 * whole reply is a stream of one event; until the first event has gone to the client the next
 * deployment can still be tried.
 *
 * <p>Lives on the call's event loop. It never ends the call itself: it tells {@link Ending}.
 */
final class Attempts implements Upstream.Receiver, Ending.Progress {

  private enum State {
    WAITING,
    ERROR_BODY,
    WHOLE_BODY,
    STREAM
  }

  private static final byte[] NOTHING = {};

  private final Upstream upstream;
  private final Request request;
  private final Plan plan;
  private final Ending ending;
  private final Sink sink;
  private final ReplyHeaders replyHeaders;
  private final Answer answer;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Toll toll;
  private final Tariff tariff;

  private Step step;
  private Codec codec;
  private State state = State.WAITING;
  private @Nullable Exchange exchange;
  private @Nullable MultiMap head;
  private int status;
  private int attempts;
  private boolean sent;
  private final Gathered gathered = new Gathered(-1);
  private @Nullable StreamEdit stream;
  private @Nullable Framing framing;
  private boolean started;
  private @Nullable WholeReply whole;
  private long attemptStartedNanos;
  private long upstreamNanos;
  private @Nullable Duration firstEvent;
  private Ending.Charge charged = Ending.Charge.NONE;

  /** Completes a good answer; the pipeline knows balances, limits and who asks. */
  interface Answer {
    void headers(Attempts attempts, boolean streamed);

    /** What the client is told for a provider's id of a stored response. */
    String shownId(Attempts attempts, String id);
  }

  Attempts(
      Upstream upstream,
      Codec codec,
      Request request,
      Plan plan,
      Ending ending,
      ReplyHeaders replyHeaders,
      Answer answer,
      Bounds bounds,
      InstantSource clock,
      Toll toll,
      Tariff tariff) {
    this.upstream = upstream;
    this.codec = codec;
    this.request = request;
    this.plan = plan;
    this.ending = ending;
    this.sink = ending.sink();
    this.replyHeaders = replyHeaders;
    this.answer = answer;
    this.bounds = bounds;
    this.clock = clock;
    this.toll = toll;
    this.tariff = tariff;
    this.step = plan.first();
    ending.follows(this);
  }

  /** Starts with the plan's first deployment. */
  void start() {
    attempt();
  }

  private void attempt() {
    if (ending.isOver()) {
      return;
    }
    state = State.WAITING;
    head = null;
    gathered.clear();
    try {
      toll.pay(step.deployment(), tariff);
      Endpoint endpoint = ending.call().endpoint();
      Route offered = Objects.requireNonNull(step.deployment().routes().get(endpoint.operation()));
      codec = Codecs.between(endpoint, offered.operation());
      Route route = codec.routeFor(request, step.deployment(), offered);
      byte[] body = codec.requestFor(request, step.deployment(), toll.outputCap());
      attempts++;
      attemptStartedNanos = System.nanoTime();
      sent = true;
      exchange =
          upstream.send(
              new Upstream.Order(
                  step.deployment(),
                  route,
                  body,
                  ExtraHeaders.of(request),
                  codec.headersFor(request, step.deployment(), ending.call().headers()::get),
                  request.stream(),
                  step.timeout()),
              this);
    } catch (FailureException refused) {
      // this deployment cannot take the request as it is, or is too dear; another one might do
      attemptFailed(refused.failure());
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  /** Nobody else would end the call if one of these four failed by a bug. */
  @Override
  public void head(int answered, MultiMap headers) {
    try {
      begin(answered, headers);
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private void begin(int answered, MultiMap headers) {
    status = answered;
    head = headers;
    if (answered < 200 || answered >= 300) {
      state = State.ERROR_BODY;
    } else if (codec.streams(request) && isStream(headers)) {
      state = State.STREAM;
      stream = codec.stream(request, step.deployment(), shape());
      framing = codec.framing(bounds.eventBytesMax());
    } else {
      state = State.WHOLE_BODY;
    }
  }

  private String providerType() {
    String type = head == null ? null : head.get(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type;
  }

  private boolean isStream(MultiMap headers) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return type != null && codec.isStream(type.toLowerCase(Locale.ROOT));
  }

  @Override
  public void bytes(Buffer chunk) {
    try {
      switch (state) {
        case WAITING -> throw new IllegalStateException("bytes before a head");
        case ERROR_BODY -> collect(chunk, bounds.errorBytesMax());
        case WHOLE_BODY -> collect(chunk, bounds.replyBytesMax());
        case STREAM -> relay(chunk);
      }
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private void collect(Buffer chunk, int bytesMax) {
    int room = bytesMax - gathered.length();
    if (chunk.length() <= room) {
      gathered.add(chunk);
      return;
    }
    if (state == State.ERROR_BODY) {
      // The start of an error page says enough.
      gathered.add(chunk.slice(0, room));
      cancelExchange();
      end();
      return;
    }
    cancelExchange();
    failed(
        new Failure.UpstreamBroken(
            "the reply is larger than " + bytesMax + " bytes, the most this gateway takes.",
            step.deployment().provider()));
  }

  @Override
  public void end() {
    try {
      switch (state) {
        case WAITING -> throw new IllegalStateException("end before a head");
        case ERROR_BODY -> attemptFailed(refusal());
        case WHOLE_BODY -> wholeReply();
        case STREAM -> streamEnded();
      }
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private Failure refusal() {
    if (status < 400) {
      return new Failure.UpstreamBroken(
          "the provider answered with a redirect ("
              + status
              + "), which is not followed, so that no credential goes where nobody wrote: set"
              + " api_base to the address that is meant.",
          step.deployment().provider());
    }
    String retryAfter = head == null ? null : head.get("retry-after");
    return codec.readFailure(
        step.deployment(), status, retryAfter, clock.instant(), gathered.whole());
  }

  @Override
  public void failed(Failure failure) {
    try {
      attemptFailed(failure);
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private void wholeReply() {
    try {
      byte[] body = gathered.whole();
      if (request.stream()) {
        attemptFailed(notAStream());
        return;
      }
      whole = codec.readReply(request, step.deployment(), shape(), body);
    } catch (FailureException broken) {
      attemptFailed(broken.failure());
      return;
    }
    attemptSucceeded();
    ending.complete();
    answer.headers(this, false);
    sink.headers().set(HttpHeaders.CONTENT_TYPE, codec.replyType(providerType()));
    sink.whole(codec.replyStatus(status), whole.body());
  }

  /** The name that the client used; null, so that the provider's stays, where its body had none. */
  private ReplyShape shape() {
    Call call = ending.call();
    return new ReplyShape(
        request.model() == null ? null : plan.shownModel(),
        call.id(),
        call.started().getEpochSecond(),
        call.endpoint().streamsArray(),
        id -> answer.shownId(this, id));
  }

  private Failure notAStream() {
    return new Failure.UpstreamBroken(
        "the provider answered as a whole although a stream was asked for.",
        step.deployment().provider());
  }

  private void relay(Buffer chunk) {
    StreamEdit edit = stream;
    Framing events = framing;
    if (edit == null || events == null || ending.isOver()) {
      return;
    }
    byte[] bytes = chunk.getBytes();
    Relay relay = new Relay(edit, bytes.length, started);
    try {
      events.feed(bytes, 0, bytes.length, relay);
    } catch (FailureException unreadable) {
      cancelExchange();
      relay.failure =
          new Failure.UpstreamBroken(unreadable.failure().message(), step.deployment().provider());
    }
    flush(relay);
  }

  /** The events of one chunk, edited into one buffer; what ends the stream is kept apart. */
  private static final class Relay implements EventSink {
    private final StreamEdit edit;
    private boolean begun;
    private final Buffer out;
    private final Buffer last = Buffer.buffer();
    private @Nullable Failure failure;

    Relay(StreamEdit edit, int bytes, boolean begun) {
      this.edit = edit;
      this.begun = begun;
      this.out = Buffer.buffer(bytes + 64);
    }

    @Override
    @SuppressWarnings(
        "ReferenceEquality") // the edit hands back the very array when nothing changed
    public void event(byte[] buffer, int from, int to) {
      if (failure != null || edit.done()) {
        return; // nothing counts after the end
      }
      if (!begun && edit.isSilent(buffer, from, to)) {
        return;
      }
      begun = true;
      byte[] edited = edit.edit(buffer, from, to);
      failure = edit.failure();
      if (edited == null) {
        return;
      }
      Buffer target = failure != null || edit.done() ? last : out;
      if (edited == buffer) {
        target.appendBytes(buffer, from, to - from);
      } else {
        target.appendBytes(edited);
      }
    }
  }

  private void flush(Relay relay) {
    if (relay.failure != null && !started && relay.out.length() == 0) {
      cancelExchange();
      attemptFailed(relay.failure);
      return;
    }
    if (relay.out.length() > 0) {
      startStream();
      sink.write(relay.out);
      if (sink.isFull() && exchange != null) {
        exchange.pause();
      }
    }
    if (relay.failure != null) {
      cancelExchange();
      brokeOff(relay.failure, relay.last);
    } else if (stream != null && stream.done()) {
      finishStream(relay.last);
    }
  }

  private void startStream() {
    if (started) {
      return;
    }
    started = true;
    firstEvent = Duration.ofNanos(System.nanoTime() - ending.call().startedNanos());
    attemptSucceeded();
    answer.headers(this, true);
    sink.onDrain(
        () -> {
          if (exchange != null) {
            exchange.resume();
          }
        });
    sink.start(codec.streamType(shape(), providerType()));
  }

  private void finishStream(Buffer last) {
    startStream();
    upstreamNanos = System.nanoTime() - attemptStartedNanos;
    ending.complete();
    if (last.length() > 0) {
      sink.write(last);
    }
    sink.end();
    if (exchange != null) {
      exchange.conclude();
    }
  }

  /** The provider closed the stream in good order: complete, or an answer that was cut off. */
  private void streamEnded() {
    StreamEdit edit = stream;
    Framing events = framing;
    if (edit == null || events == null || ending.isOver()) {
      return;
    }
    Relay relay = new Relay(edit, 0, started);
    events.end(relay);
    flush(relay);
    if (ending.isOver()) {
      return;
    }
    if (!edit.finished()) {
      attemptFailed(
          new Failure.UpstreamBroken(
              "the stream ended before it was complete.", step.deployment().provider()));
      return;
    }
    byte[] closing = edit.ending();
    finishStream(closing == null ? Buffer.buffer() : Buffer.buffer(closing));
  }

  private void attemptSucceeded() {
    long nanos = System.nanoTime() - attemptStartedNanos;
    upstreamNanos += nanos;
    plan.succeeded(step, Duration.ofNanos(nanos));
  }

  private void attemptFailed(Failure told) {
    if (ending.isOver()) {
      return;
    }
    Failure failure = Redaction.of(told, step.deployment());
    upstreamNanos += System.nanoTime() - attemptStartedNanos;
    if (started) {
      brokeOff(failure, Buffer.buffer());
      return;
    }
    Step next = attempts >= bounds.attemptsMax() ? null : plan.after(step, failure);
    if (next == null) {
      if (request.operation() != Operation.COMPLETION) { // of which LiteLLM tells none
        replyHeaders.provider(sink.headers(), head);
      }
      ending.failed(plan.decorate(failure));
      return;
    }
    ending.attemptFailed(step.deployment(), failure);
    step = next;
    sink.executeAfter(next.delay().toMillis(), this::attempt);
  }

  /**
   * A failure in mid-stream: what the client has seen can't be taken back, so no other deployment
   * is tried.
   *
   * @param told the event that tells the client in the provider's words; empty if there is none
   */
  private void brokeOff(Failure said, Buffer told) {
    Failure failure = Redaction.of(said, step.deployment());
    plan.failed(step, failure);
    if (told.length() == 0) {
      ending.failed(failure);
      return;
    }
    ending.failedAndTold(failure);
    sink.write(told);
    sink.end();
  }

  private void cancelExchange() {
    if (exchange != null) {
      exchange.cancel();
    }
  }

  Plan plan() {
    return plan;
  }

  @Nullable Long outputCap() {
    return toll.outputCap();
  }

  @Nullable MultiMap providerHeaders() {
    return head;
  }

  @Override
  public void cancel() {
    cancelExchange();
  }

  /**
   * What is owed now. The provider's own figures where it sent them. Otherwise counted: all of it
   * for what the client got, the prompt alone where a client left while the provider was at work,
   * nothing where the provider failed.
   */
  @Override
  public Ending.Charge charge(Outcome.Ending how) {
    Usage usage = usage(how);
    charged =
        usage == null
            ? new Ending.Charge(
                Usage.NONE, Money.ZERO, step.deployment().pricing(request.operation()) != null)
            : tariff.charge(step.deployment(), usage);
    return charged;
  }

  /** What the answer costs that was just booked, for its headers. */
  ReplyHeaders.Costs costs() {
    Ending.Charge charge = charged;
    return charge.priced()
        ? ReplyHeaders.Costs.of(
            tariff.bill(step.deployment(), charge.usage()), step.deployment(), request.operation())
        : ReplyHeaders.Costs.NONE;
  }

  /** Null if nothing was used. */
  private @Nullable Usage usage(Outcome.Ending how) {
    if (whole != null) {
      Usage reported = whole.usage();
      return reported != null ? reported : counted(whole.outputText());
    }
    if (started && stream != null) {
      return streamed(stream);
    }
    boolean ourSideLeft = how == Outcome.Ending.CLIENT_GONE || how == Outcome.Ending.SHUTDOWN;
    return ourSideLeft && sent && state != State.ERROR_BODY ? counted(NOTHING) : null;
  }

  /** A response in the background goes on when nobody listens: all that was held is charged. */
  private Usage counted(byte[] outputText) {
    Usage counted = TokenCounter.count(request, outputText);
    return StoredResponses.isInBackground(request)
        ? tariff.unseen(
            Usage.counted(
                counted.inputTokens(), Math.max(counted.outputTokens(), toll.outputTokens())))
        : counted;
  }

  /**
   * What a provider says at the start of a stream, as Anthropic does, is no figure for all of it.
   */
  private Usage streamed(StreamEdit edit) {
    Usage reported = edit.usage();
    if (reported != null && edit.finished()) {
      return reported;
    }
    Usage counted = edit.withTools(counted(edit.outputText()));
    return reported == null ? counted : reported.withOutputAtLeast(counted.outputTokens());
  }

  @Override
  public Deployment deployment() {
    return step.deployment();
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public int fallbacks() {
    return plan.fallbacks();
  }

  @Override
  public long upstreamNanos() {
    return upstreamNanos;
  }

  @Override
  public @Nullable Duration firstEvent() {
    return firstEvent;
  }

  @Override
  public @Nullable String responseId() {
    return whole != null ? whole.id() : stream != null ? stream.id() : null;
  }
}
