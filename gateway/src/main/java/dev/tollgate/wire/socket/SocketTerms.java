package dev.tollgate.wire.socket;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Mount;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Usage;
import org.jspecify.annotations.Nullable;

/** What a WebSocket of a provider's own API costs, as its request says. Immutable. */
public interface SocketTerms {
  /**
   * Reads a request.
   *
   * @throws FailureException {@link dev.tollgate.model.Failure.BadRequest} if it asks for something
   *     that could not be metered, or is not clear; names the parameter
   */
  static SocketTerms of(PassThrough call) {
    if (call.mount().equals(Mount.DEEPGRAM.path())) {
      return ListenTerms.of(SocketQuery.of(call.query()));
    }
    throw new IllegalStateException("no WebSockets below " + call.mount());
  }

  /** The prices of what is asked; null if one of them is not known. */
  @Nullable Pricing priced(Pricing model);

  /**
   * What an operator has to give a price.
   *
   * @param model the provider's name of it
   */
  String unpriced(String model);

  /** What money is held for at the beginning. */
  Usage step();

  /** What it is held for whenever that is gone: what was used, and a step more. */
  Usage stepBeyond(Usage used);

  /** Counts what one socket uses. */
  SocketMeter meter();
}
