package dev.tollgate.pipeline;

import dev.tollgate.ledger.Hold;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Permit;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.telemetry.Telemetry;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.form.Upload;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a call ends, whichever way: it settles or voids the hold, gives the permit
 * back and emits the {@link Outcome}, once. It also answers a call that failed. Lives on the call's
 * event loop.
 */
final class Ending implements UnderWay.Work {

  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
  private static final int USER_AGENT_CHARS_MAX = 200;

  private final Call call;
  private final Sink sink;
  private final Telemetry telemetry;
  private final Ledger ledger;
  private final UnderWay underWay;
  private final Consumer<Failure> answerFailure;
  private @Nullable Caller caller;
  private @Nullable Request request;
  private @Nullable String model;
  private @Nullable String endUser;
  private List<String> tags = List.of();
  private Runnable release = () -> {};
  private @Nullable Permit permit;
  private ToLongFunction<Usage> limited = Usage::totalTokens;
  private @Nullable Permit attempt;
  private @Nullable Hold hold;
  private Progress progress = Progress.NONE;
  private boolean over;

  /** What has come of a call so far. */
  interface Progress {
    Progress NONE =
        new Progress() {
          @Override
          public void cancel() {}

          @Override
          public Charge charge(Outcome.Ending how) {
            return Charge.NONE;
          }

          @Override
          public @Nullable Deployment deployment() {
            return null;
          }
        };

    /** Closes the provider's request. */
    void cancel();

    /** What is owed if it ends now, in this way. */
    Charge charge(Outcome.Ending how);

    /**
     * Tells the client of a failure, where that cannot be done by an answer.
     *
     * @return whether it was told
     */
    default boolean tell(Failure failure) {
      return false;
    }

    /** Who was tried last. */
    @Nullable Deployment deployment();

    default int attempts() {
      return 0;
    }

    default int fallbacks() {
      return 0;
    }

    default long upstreamNanos() {
      return 0;
    }

    default @Nullable Duration firstEvent() {
      return null;
    }

    default @Nullable String responseId() {
      return null;
    }
  }

  /** Tokens and their price. */
  record Charge(Usage usage, Money cost, boolean priced) {
    static final Charge NONE = new Charge(Usage.NONE, Money.ZERO, true);
  }

  Ending(
      Call call,
      Sink sink,
      Telemetry telemetry,
      Ledger ledger,
      UnderWay underWay,
      FailureAnswer failureAnswer) {
    this.call = call;
    this.sink = sink;
    this.telemetry = telemetry;
    this.ledger = ledger;
    this.underWay = underWay;
    this.answerFailure = failure -> failureAnswer.write(this, failure);
    telemetry.started(call.endpoint().operation());
    sink.onGone(this::clientGone);
  }

  /** Writes a failure to the client. */
  interface FailureAnswer {
    void write(Ending ending, Failure failure);
  }

  /** Where the request's files are; null if all of it is in memory. */
  @Nullable Upload upload() {
    return sink.upload();
  }

  Call call() {
    return call;
  }

  Sink sink() {
    return sink;
  }

  @Nullable Caller caller() {
    return caller;
  }

  /** The caller of a call that was admitted. */
  Caller known() {
    return Objects.requireNonNull(caller, "a call that was admitted has a caller");
  }

  @Nullable Deployment deployment() {
    return progress.deployment();
  }

  boolean isOver() {
    return over;
  }

  void identified(Caller who) {
    caller = who;
  }

  void asked(Request what, String forModel) {
    request = what;
    model = forModel;
    endUser = what.endUser();
    List<String> named = what.controls().tags();
    tags = caller == null ? named : caller.standing().tagged(named);
  }

  /** Who is charged, once the request has said on whose behalf it comes. */
  void draws(Caller who, @Nullable String forEndUser, List<String> withTags) {
    caller = who;
    endUser = forEndUser;
    tags = withTags;
  }

  /** Something to give back when the call ends. */
  void releases(Runnable giveBack) {
    release = giveBack;
  }

  /**
   * A permit to give back, with the tokens that were really used.
   *
   * @param tokens those of them that it counts
   */
  void corrects(Permit given, ToLongFunction<Usage> tokens) {
    permit = given;
    limited = tokens;
  }

  /**
   * What the attempt under way has of its deployment's rates; the one before gives back its own.
   */
  void attempts(@Nullable Permit given) {
    if (attempt != null) {
      attempt.release(0);
    }
    attempt = given;
  }

  void settles(Hold held) {
    hold = held;
  }

  void follows(Progress work) {
    progress = work;
  }

  /** A deployment failed and another one is tried. */
  void attemptFailed(Deployment deployment, Failure failure) {
    telemetry.attemptFailed(caller, model, deployment, failure);
  }

  /** The provider's answer is complete: books it, before its last byte goes to the client. */
  void complete() {
    end(Outcome.Ending.COMPLETE, 200, null);
  }

  /** The call failed; answers the client unless it has left. */
  void failed(Failure failure) {
    if (over) {
      return;
    }
    progress.cancel();
    end(endingOf(failure), failure.status(), failure);
    answer(failure);
  }

  private void answer(Failure failure) {
    if (!progress.tell(failure)) {
      answerFailure.accept(failure);
    }
  }

  /** Something went wrong that nobody thought of; the cause goes to the log only. */
  void failedByBug(RuntimeException bug) {
    LOG.error("call {} failed by a bug", call.id(), bug);
    if (over) {
      progress.cancel();
      if (!progress.tell(new Failure.Internal("Internal server error"))) {
        sink.abort(); // it is booked, but the client may still wait for the rest
      }
    } else {
      failed(new Failure.Internal("Internal server error"));
    }
  }

  /** The call failed, and the client learns it from the provider's own event. */
  void failedAndTold(Failure failure) {
    if (!over) {
      end(endingOf(failure), failure.status(), failure);
    }
  }

  /** The client has left. */
  void clientGone() {
    if (over) {
      return;
    }
    progress.cancel();
    Failure gone = new Failure.ClientGone();
    end(Outcome.Ending.CLIENT_GONE, gone.status(), gone);
  }

  @Override
  public void shutDown() {
    sink.execute(
        () -> {
          if (!over) {
            progress.cancel();
            Failure down =
                new Failure.Overloaded("The gateway is shutting down.", Duration.ofSeconds(5));
            end(Outcome.Ending.SHUTDOWN, down.status(), down);
            answer(down);
          }
        });
  }

  private static Outcome.Ending endingOf(Failure failure) {
    return switch (failure) {
      case Failure.TimedOut _ -> Outcome.Ending.TIMED_OUT;
      case Failure.UpstreamRefused _, Failure.UpstreamBroken _ -> Outcome.Ending.UPSTREAM_FAILED;
      case Failure.ClientGone _ -> Outcome.Ending.CLIENT_GONE;
      case Failure.BadRequest _,
          Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NoRoute _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.BudgetExceeded _,
          Failure.RateLimited _,
          Failure.UnknownModel _,
          Failure.CoolingDown _,
          Failure.Overloaded _,
          Failure.NoDatabase _,
          Failure.Internal _ ->
          Outcome.Ending.REFUSED;
    };
  }

  private void end(Outcome.Ending how, int status, @Nullable Failure failure) {
    if (over) {
      return;
    }
    over = true;
    Charge charge = progress.charge(how);
    Outcome outcome = outcome(how, status, failure, charge);
    try {
      if (hold != null) {
        hold.close(outcome);
        learn(hold, outcome);
      } else if (caller != null) {
        ledger.note(outcome); // refused before anything was held: a row all the same
      }
    } finally {
      release.run();
      if (permit != null) {
        permit.release(limited.applyAsLong(charge.usage()));
      }
      if (attempt != null) {
        attempt.release(charge.usage().totalTokens());
      }
      underWay.leave(this);
      telemetry.ended(outcome);
    }
  }

  private void learn(Hold settled, Outcome outcome) {
    Request asked = request;
    if (asked != null && !call.endpoint().isSocket()) { // whose length nobody can foretell
      ledger
          .estimates()
          .learn(
              outcome,
              settled.amount(),
              TokenCounter.estimateInput(asked),
              asked.outputTokensMax(),
              asked.choices());
    }
  }

  private Outcome outcome(
      Outcome.Ending how, int status, @Nullable Failure failure, Charge charge) {
    Request asked = request;
    return new Outcome(
        call.id(),
        how,
        call.endpoint().operation(),
        call.endpoint().route(),
        caller,
        model,
        progress.deployment(),
        asked != null && asked.stream(),
        status,
        failure,
        charge.usage(),
        charge.cost(),
        charge.priced(),
        progress.attempts(),
        progress.fallbacks(),
        call.started(),
        Duration.ofNanos(System.nanoTime() - call.startedNanos()),
        Duration.ofNanos(progress.upstreamNanos()),
        progress.firstEvent(),
        progress.responseId(),
        endUser,
        tags,
        asked == null ? null : asked.controls().sessionId(),
        call.clientAddress(),
        shortened(call.headers().get(HttpHeaders.USER_AGENT)));
  }

  private static @Nullable String shortened(@Nullable String text) {
    return text == null || text.length() <= USER_AGENT_CHARS_MAX
        ? text
        : text.substring(0, USER_AGENT_CHARS_MAX);
  }
}
