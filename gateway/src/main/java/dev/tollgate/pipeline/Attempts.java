package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.provider.Upstream;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Step;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.WholeReply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks the plan's deployments in turn until one answers. A whole reply is a stream of one event;
 * until the first event has gone to the client the next deployment can still be tried.
 *
 * <p>Lives on the call's event loop. It never ends the call itself: it tells {@link Ending}.
 */
final class Attempts implements Attempt.Listener, Ending.Progress {
  private final Upstream upstream;
  private final Request request;
  private final Plan plan;
  private final Ending ending;
  private final Sink sink;
  private final Answer answer;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Toll toll;
  private final Tariff tariff;
  private final Meter meter;

  private Step step;

  /** The step's deployment, under the credential that is used. */
  private Deployment asked;

  /** The one under way, or the last one; null while the next one waits. */
  private @Nullable Attempt attempt;

  private int attempts;
  private long earlierNanos;
  private @Nullable Duration firstEvent;
  private Ending.Charge charged = Ending.Charge.NONE;

  /** Completes an answer; the pipeline knows balances, limits and who asks. */
  interface Answer {
    /** Sets the headers of a good one. */
    void good(Attempts attempts, boolean streamed);

    /** Sets those of the provider's that go with a failure. */
    void failed(Attempts attempts);

    /** What the client is told for a provider's id of a stored response. */
    String shownId(Attempts attempts, String id);
  }

  Attempts(
      Upstream upstream,
      Request request,
      Plan plan,
      Ending ending,
      Answer answer,
      Bounds bounds,
      InstantSource clock,
      Toll toll,
      Tariff tariff) {
    this.upstream = upstream;
    this.request = request;
    this.plan = plan;
    this.ending = ending;
    this.sink = ending.sink();
    this.answer = answer;
    this.bounds = bounds;
    this.clock = clock;
    this.toll = toll;
    this.tariff = tariff;
    this.meter = new Meter(request, toll, tariff);
    this.step = plan.first();
    this.asked = step.deployment();
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
    try {
      toll.pay(step.deployment(), tariff);
      Call call = ending.call();
      asked = ClientKey.applied(call, step.deployment());
      Rendering rendering =
          Rendering.of(request, call.endpoint(), asked, toll.outputCap(), call.headers()::get);
      Attempt next =
          new Attempt(step, request, rendering, shape(call), ending, bounds, clock, this);
      attempt = next; // before it is sent: it may fail at once
      attempts++;
      next.send(upstream);
    } catch (FailureException refused) {
      // this deployment cannot take the request as it is, or is too dear; another one might do
      failed(refused.failure(), Buffer.buffer());
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  /** The name that the client used; null, so that the provider's stays, where its body had none. */
  private ReplyShape shape(Call call) {
    return new ReplyShape(
        request.model() == null ? null : plan.shownModel(),
        call.id(),
        call.started().getEpochSecond(),
        call.endpoint().streamsArray(),
        id -> answer.shownId(this, id));
  }

  @Override
  public void whole(Attempt good, WholeReply reply) {
    plan.succeeded(step, Duration.ofNanos(good.nanos()));
    ending.complete();
    answer.good(this, false);
    sink.headers().set(HttpHeaders.CONTENT_TYPE, good.replyType());
    sink.whole(good.replyStatus(), reply.body());
  }

  @Override
  public void events(Attempt good, Buffer events) {
    startStream(good);
    sink.write(events);
  }

  private void startStream(Attempt good) {
    if (firstEvent != null) {
      return;
    }
    firstEvent = Duration.ofNanos(System.nanoTime() - ending.call().startedNanos());
    plan.succeeded(step, Duration.ofNanos(good.nanos()));
    answer.good(this, true);
    sink.onDrain(good::resume);
    sink.start(good.streamType());
  }

  @Override
  public void complete(Attempt good, Buffer last) {
    startStream(good);
    ending.complete();
    if (last.length() > 0) {
      sink.write(last);
    }
    sink.end();
  }

  @Override
  public void failed(Failure said, Buffer told) {
    if (ending.isOver()) {
      return;
    }
    Failure failure = Redaction.of(said, asked);
    if (firstEvent != null) {
      brokeOff(failure, told);
      return;
    }
    Step next = attempts >= bounds.attemptsMax() ? null : plan.after(step, failure);
    if (next == null) {
      answer.failed(this);
      ending.failed(plan.decorate(failure));
      return;
    }
    ending.attemptFailed(step.deployment(), failure);
    earlierNanos = upstreamNanos();
    attempt = null;
    step = next;
    sink.executeAfter(next.delay().toMillis(), this::attempt);
  }

  /**
   * A failure in mid-stream: what the client has seen can't be taken back, so no other deployment
   * is tried.
   */
  private void brokeOff(Failure failure, Buffer told) {
    plan.failed(step, failure);
    if (told.length() == 0) {
      ending.failed(failure);
      return;
    }
    ending.failedAndTold(failure);
    sink.write(told);
    sink.end();
  }

  Plan plan() {
    return plan;
  }

  @Nullable Long outputCap() {
    return toll.outputCap();
  }

  @Nullable MultiMap providerHeaders() {
    return attempt == null ? null : attempt.headers();
  }

  @Override
  public void cancel() {
    if (attempt != null) {
      attempt.cancel();
    }
  }

  /**
   * What is owed now: all of it for what the client got, the prompt alone where a client left while
   * the provider was at work, nothing where the provider failed before anything had gone out.
   */
  @Override
  public Ending.Charge charge(Outcome.Ending how) {
    Usage usage = usage(how);
    charged =
        usage == null
            ? new Ending.Charge(
                Usage.NONE, Money.ZERO, step.deployment().pricing(request.operation()) != null)
            : tariff.charge(
                step.deployment(), tariff.timed(step.deployment(), usage, upstreamNanos()));
    return charged;
  }

  /** Null if nothing was used. */
  private @Nullable Usage usage(Outcome.Ending how) {
    Attempt last = attempt;
    if (last == null) {
      return null;
    }
    WholeReply reply = last.reply();
    if (reply != null) {
      return meter.whole(reply);
    }
    StreamEdit stream = last.stream();
    if (firstEvent != null && stream != null) {
      return meter.streamed(stream);
    }
    boolean ourSideLeft = how == Outcome.Ending.CLIENT_GONE || how == Outcome.Ending.SHUTDOWN;
    return ourSideLeft && !last.isRefused() ? meter.prompt() : null;
  }

  /** What the answer costs that was just booked, for its headers. */
  ReplyHeaders.Costs costs() {
    Ending.Charge charge = charged;
    return charge.priced()
        ? ReplyHeaders.Costs.of(
            tariff.bill(step.deployment(), charge.usage()), step.deployment(), request.operation())
        : ReplyHeaders.Costs.NONE;
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
    return earlierNanos + (attempt == null ? 0 : attempt.nanos());
  }

  @Override
  public @Nullable Duration firstEvent() {
    return firstEvent;
  }

  @Override
  public @Nullable String responseId() {
    if (attempt == null) {
      return null;
    }
    WholeReply reply = attempt.reply();
    StreamEdit stream = attempt.stream();
    return reply != null ? reply.id() : stream != null ? stream.id() : null;
  }
}
