package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
import dev.tollgate.provider.Upstream;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Step;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.socket.SocketMeter;
import dev.tollgate.wire.socket.SocketTerms;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of a provider's own API, handed through frame by frame. The provider is asked first:
 * what it says to the handshake can still be the client's answer. Then each side is read only as
 * fast as the other one reads, and no sound goes to the provider that no money is held for.
 *
 * <p>It ends once, by {@link Ending}: when either side ends it or breaks off, when the money, the
 * time or the key is gone, or with the gateway. Lives on the call's event loop.
 */
final class Tunnel implements Ending.Progress {
  /** How often it is looked at whether it may go on. */
  private static final long LOOK_MILLIS = 1_000;

  private final Upstream upstream;
  private final Plan plan;
  private final Step step;
  private final Rendering rendering;
  private final Ending ending;
  private final Bounds.Sockets bounds;
  private final InstantSource clock;
  private final Tariff tariff;
  private final SocketMeter meter;
  private final Purse purse;
  private final Answers answers;
  private final Runnable admission;

  private @Nullable Line client;
  private @Nullable Line provider;
  private @Nullable Direction fromClient;
  private @Nullable Direction fromProvider;

  /** Why the client is told that it ends, while it is not known yet whom to tell. */
  private @Nullable Failure untold;

  /** What of the client's waits until the provider says how much it has heard. */
  private @Nullable Runnable untilTold;

  private boolean upgrading;
  private long startedNanos;
  private long heardNanos;
  private @Nullable Duration firstEvent;

  /**
   * @param admission checks that the caller may still go on; throws {@link FailureException}
   */
  Tunnel(
      Upstream upstream,
      Plan plan,
      Rendering rendering,
      Ending ending,
      Bounds.Sockets bounds,
      InstantSource clock,
      Toll toll,
      Tariff tariff,
      SocketTerms terms,
      Answers answers,
      Runnable admission) {
    this.upstream = upstream;
    this.plan = plan;
    this.step = plan.first();
    this.rendering = rendering;
    this.ending = ending;
    this.bounds = bounds;
    this.clock = clock;
    this.tariff = tariff;
    this.meter = terms.meter();
    this.purse =
        new Purse(
            toll.hold(), terms, usage -> tariff.charge(step.deployment(), usage).cost(), ending);
    this.answers = answers;
    this.admission = admission;
    ending.follows(this);
  }

  /** Asks the provider. */
  void start() {
    startedNanos = System.nanoTime();
    Duration usual = step.timeout();
    Upstream.Order order =
        new Upstream.Order(
            rendering.deployment(),
            rendering.route(),
            rendering.body(),
            null,
            Map.of(),
            rendering.headers(),
            false,
            usual.compareTo(bounds.handshakeTimeout()) < 0 ? usual : bounds.handshakeTimeout());
    upstream
        .connect(order)
        .onComplete(
            socket -> safely(() -> connected(socket)), cause -> safely(() -> refused(cause)));
  }

  /** Nobody else would end the call if a handler failed by a bug. */
  private void safely(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  private void refused(Throwable cause) {
    if (ending.isOver()) {
      return;
    }
    Failure failure = Redaction.of(failureOf(cause), step.deployment());
    plan.failed(step, failure);
    ending.failed(plan.decorate(failure));
  }

  private Failure failureOf(Throwable cause) {
    if (cause instanceof FailureException known) {
      return known.failure();
    }
    if (cause instanceof UpgradeRejectedException said && said.getStatus() >= 400) {
      Codec codec = rendering.codec();
      byte[] body = said.getBody() == null ? new byte[0] : said.getBody().getBytes();
      return codec.readFailure(
          step.deployment(),
          said.getStatus(),
          said.getHeaders().get("retry-after"),
          clock.instant(),
          body);
    }
    return broken("the provider did not accept the WebSocket.");
  }

  private Failure broken(String how) {
    return new Failure.UpstreamBroken(how, step.deployment().provider());
  }

  private void connected(WebSocketBase socket) {
    Line line = new Line(socket);
    if (ending.isOver()) {
      line.close(Line.GOING_AWAY, "");
      return;
    }
    provider = line;
    fromProvider = new Direction(line, ending, bounds.messageBytesMax(), new OfProvider());
    plan.succeeded(step, Duration.ofNanos(System.nanoTime() - startedNanos));
    answers.joining(ending);
    upgrading = true;
    ending
        .sink()
        .upgrade()
        .onComplete(
            opened -> safely(() -> joined(opened)),
            _ ->
                safely(
                    () -> {
                      upgrading = false;
                      notJoined();
                    }));
    ending
        .sink()
        .executeAfter(
            bounds.handshakeTimeout().toMillis(),
            () -> {
              if (upgrading) {
                safely(this::notJoined);
              }
            });
  }

  /** The client's handshake did not come to its end: nothing may wait for it any more. */
  private void notJoined() {
    ending.clientGone();
    ending.sink().abort();
  }

  private void joined(WebSocketBase socket) {
    upgrading = false;
    Line line = new Line(socket);
    client = line;
    if (untold != null) {
      tell(untold);
      return;
    }
    if (ending.isOver()) {
      line.close(Line.GOING_AWAY, "");
      return;
    }
    heardNanos = System.nanoTime();
    Line other = Objects.requireNonNull(provider);
    Direction outward = new Direction(line, ending, bounds.messageBytesMax(), new OfClient());
    fromClient = outward;
    outward.start(other);
    Objects.requireNonNull(fromProvider).start(line);
    look();
  }

  /** Looks now and then whether it may go on. */
  private void look() {
    if (ending.isOver()) {
      return;
    }
    long now = System.nanoTime();
    if (now - heardNanos > bounds.idleTimeout().toNanos()) {
      end(
          new Failure.TimedOut(
              "Nothing was sent for " + bounds.idleTimeout().toSeconds() + " seconds."));
      return;
    }
    if (now - startedNanos > bounds.totalTimeout().toNanos()) {
      end(
          new Failure.TimedOut(
              "The WebSocket was open for "
                  + bounds.totalTimeout().toSeconds()
                  + " seconds, the longest that is allowed."));
      return;
    }
    try {
      admission.run();
    } catch (FailureException revoked) {
      end(revoked.failure());
      return;
    }
    ending.sink().executeAfter(LOOK_MILLIS, () -> safely(this::look));
  }

  /** The gateway ends it: books it and tells both sides. */
  private void end(Failure failure) {
    if (!ending.isOver()) {
      ending.failedAndTold(failure);
      cancel();
      tell(failure);
    }
  }

  @Override
  public void cancel() {
    if (provider != null) {
      provider.close(Line.GOING_AWAY, "");
    }
  }

  @Override
  public boolean tell(Failure failure) {
    if (client != null) {
      client.close(codeOf(failure), failure.message());
      return true;
    }
    if (upgrading) {
      untold = failure;
    }
    return upgrading;
  }

  private static int codeOf(Failure failure) {
    return switch (failure) {
      case Failure.TimedOut _ -> Line.GOING_AWAY;
      case Failure.TooLarge _ -> Line.TOO_BIG;
      case Failure.Overloaded _ -> Line.RESTART;
      case Failure.UpstreamRefused _,
          Failure.UpstreamBroken _,
          Failure.NoDatabase _,
          Failure.ClientGone _,
          Failure.Internal _ ->
          Line.FAILED;
      case Failure.BadRequest _,
          Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NoRoute _,
          Failure.NotThere _,
          Failure.BudgetExceeded _,
          Failure.RateLimited _,
          Failure.UnknownModel _,
          Failure.CoolingDown _ ->
          Line.REFUSED;
    };
  }

  /** What is owed: what was used, however it ends. */
  @Override
  public Ending.Charge charge(Outcome.Ending how) {
    return provider == null
        ? new Ending.Charge(Usage.NONE, Money.ZERO, true)
        : tariff.charge(step.deployment(), meter.used());
  }

  @Override
  public Deployment deployment() {
    return step.deployment();
  }

  @Override
  public int attempts() {
    return 1;
  }

  @Override
  public long upstreamNanos() {
    return System.nanoTime() - startedNanos;
  }

  @Override
  public @Nullable Duration firstEvent() {
    return firstEvent;
  }

  /**
   * Goes on when what this comes to is held for; until then the client is not read. Where no money
   * is left for a guess, what the provider says next may be less.
   */
  private void covered(Direction outward, Supplier<Usage> needed, Runnable next) {
    boolean[] answered = {false};
    purse.cover(
        needed.get(),
        () -> {
          answered[0] = true;
          next.run();
          if (outward.isWaiting()) {
            outward.proceed();
          }
        },
        failure -> {
          if (meter.isGuessed() && purse.has(meter.used())) {
            untilTold = () -> covered(outward, needed, next);
          } else {
            answered[0] = true;
            end(failure);
          }
        });
    if (!answered[0]) {
      outward.await();
    }
  }

  /** What the client does. */
  private final class OfClient implements Direction.Listener {
    @Override
    public void content(WebSocketFrame frame, boolean binary) {
      Direction own = Objects.requireNonNull(fromClient);
      long now = System.nanoTime();
      heardNanos = now;
      int bytes = frame.binaryData().length();
      covered(
          own,
          () -> meter.heldWith(binary, bytes, now),
          () -> {
            meter.sent(binary, bytes, now);
            own.pass(frame);
          });
    }

    @Override
    public void tooLong() {
      endTooLong();
    }

    @Override
    public void tooManyPings() {
      end(
          new Failure.RateLimited(
              "More than " + Pings.PER_SECOND_MAX + " pings came in a second.",
              "pings",
              Duration.ofSeconds(1),
              null));
    }

    @Override
    public void ended() {
      ending.complete();
      if (client != null && provider != null) {
        client.close(client.code(), ""); // it has been answered; may it be read
        provider.close(client.code(), client.reason());
      }
    }

    @Override
    public void unreadable() {
      end(
          new Failure.TooLarge(
              "A frame is not valid, or has more than " + bounds.frameBytesMax() + " bytes.", 413));
    }

    @Override
    public void gone() {
      ending.clientGone();
    }
  }

  /** What the provider does. */
  private final class OfProvider implements Direction.Listener {
    private final Gathered text = new Gathered();

    @Override
    public void content(WebSocketFrame frame, boolean binary) {
      heardNanos = System.nanoTime();
      if (firstEvent == null) {
        firstEvent = Duration.ofNanos(heardNanos - ending.call().startedNanos());
      }
      if (!binary) {
        text.add(frame.binaryData());
      }
      boolean whole = !binary && frame.isFinal();
      Objects.requireNonNull(fromProvider).pass(frame);
      if (whole) {
        meter.received(text.whole());
        text.clear();
        Direction other = fromClient;
        Runnable waiting = untilTold;
        untilTold = null;
        if (waiting != null) {
          waiting.run();
        } else if (other != null && !other.isWaiting()) {
          covered(other, meter::held, () -> {});
        }
      }
    }

    @Override
    public void tooLong() {
      endTooLong();
    }

    @Override
    public void tooManyPings() {
      end(broken("the provider sent too many pings."));
    }

    @Override
    public void ended() {
      Line own = Objects.requireNonNull(provider);
      int code = own.code();
      if (code == Line.NORMAL || code == Line.GOING_AWAY || code == Line.NO_CODE) {
        ending.complete();
      } else {
        ending.failedAndTold(broken("the provider ended the WebSocket with code " + code + "."));
      }
      own.close(code, ""); // it has been answered; may it be read
      if (client != null) {
        client.close(code, Redaction.of(own.reason(), step.deployment()));
      }
    }

    @Override
    public void unreadable() {
      gone();
    }

    @Override
    public void gone() {
      Failure failure = broken("the provider broke off the WebSocket.");
      plan.failed(step, failure);
      ending.failed(failure);
    }
  }

  private void endTooLong() {
    end(
        new Failure.TooLarge(
            "A message has more than " + bounds.messageBytesMax() + " bytes.", 413));
  }
}
