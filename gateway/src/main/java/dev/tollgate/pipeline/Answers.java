package dev.tollgate.pipeline;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Permit;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Codecs;
import dev.tollgate.wire.ReplyShape;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** What the client is told beside the provider's answer, and when there is none. Thread-safe. */
final class Answers {
  private final Ledger ledger;
  private final StoredResponses stored;
  private final ReplyHeaders headers = new ReplyHeaders();

  Answers(Ledger ledger, StoredResponses stored) {
    this.ledger = ledger;
    this.stored = stored;
  }

  /** For the attempts of one call. */
  Attempts.Answer of(Aim aim, Ending ending, Permit permit) {
    return new Attempts.Answer() {
      @Override
      public void good(Attempts attempts, boolean streamed) {
        goodHeaders(attempts, streamed, ending, permit);
      }

      @Override
      public void failed(Attempts attempts) {
        if (aim.request().operation() != Operation.COMPLETION) { // of which LiteLLM tells none
          headers.provider(ending.sink().headers(), attempts.providerHeaders());
        }
      }

      @Override
      public String shownId(Attempts attempts, String id) {
        return stored.shown(
            ending.known(), aim, attempts.plan().group(), attempts.deployment(), id);
      }
    };
  }

  private void goodHeaders(Attempts attempts, boolean streamed, Ending ending, Permit permit) {
    MultiMap out = ending.sink().headers();
    Caller caller = ending.known();
    Deployment deployment = attempts.deployment();
    headers.identity(out, ending.call());
    headers.version(out);
    headers.provider(out, attempts.providerHeaders());
    headers.success(
        out,
        deployment,
        attempts.plan().group(),
        attempts.plan().retries(),
        attempts.fallbacks(),
        streamed ? ReplyHeaders.Costs.NONE : attempts.costs());
    headers.durations(
        out, System.nanoTime() - ending.call().startedNanos(), attempts.upstreamNanos());
    headers.key(out, caller, ledger.spent(caller.account()));
    Long outputCap = attempts.outputCap();
    if (outputCap != null) {
      out.set("x-tollgate-output-cap", outputCap.toString());
    }
    for (Permit.Header header : permit.headers()) {
      out.set(headers.optimized(header.name()), header.value());
    }
  }

  /** Sets the headers that tell a client of its WebSocket. */
  void joining(Ending ending) {
    MultiMap out = ending.sink().headers();
    headers.identity(out, ending.call());
    headers.version(out);
  }

  /**
   * Answers a call that failed, in the client's own dialect: as a status while that is possible,
   * else as an event.
   */
  void failure(Ending ending, Failure failure) {
    Sink sink = ending.sink();
    Codec codec = Codecs.of(ending.call().endpoint());
    if (sink.isStarted()) {
      byte[] told = codec.writeFailureEvent(failure, ReplyShape.of(ending.call().endpoint()));
      if (told.length == 0) {
        sink.abort();
        return;
      }
      sink.write(Buffer.buffer(told));
      sink.end();
      return;
    }
    MultiMap out = sink.headers();
    Caller caller = ending.caller();
    if (caller != null) {
      headers.failure(out, ending.call(), ending.deployment());
      headers.key(out, caller, ledger.spent(caller.account()));
    }
    FailureHeaders.put(out, failure);
    sink.whole(failure.status(), codec.writeFailure(failure));
  }
}
