package dev.tollgate.pipeline;

import dev.tollgate.ledger.Admission;
import dev.tollgate.ledger.Hold;
import dev.tollgate.ledger.Waiting;
import dev.tollgate.model.FailureException;
import java.util.function.Consumer;

/** Goes on with a call when it has its money: at once, but for the first calls on a lease. */
final class Funding {
  private Funding() {}

  static void of(Admission admission, Ending ending, Consumer<Hold> next) {
    switch (admission) {
      case Hold hold -> {
        ending.settles(hold);
        next.accept(hold);
      }
      case Waiting waiting ->
          waiting.whenAnswered(() -> ending.sink().execute(() -> again(waiting, ending, next)));
    }
  }

  private static void again(Waiting waiting, Ending ending, Consumer<Hold> next) {
    if (ending.isOver()) {
      return; // the client has left, and nothing was held yet
    }
    try {
      of(waiting.again(), ending, next);
    } catch (FailureException refused) {
      ending.failed(refused.failure());
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }
}
