package dev.tollgate.ledger;

import dev.tollgate.model.Operation;
import java.time.Instant;
import java.util.List;

/**
 * Where the estimates are kept. Nodes that share it learn from different calls of the same models,
 * so none needs what another has learned: of two that write the same row, the one that has learned
 * from more calls has it.
 */
public interface EstimateStore {

  /** The newest that were learned since; what this version cannot read is left out. */
  List<Learned> estimates(Instant since, int most);

  /**
   * Writes them, but for those of which the store has one from more calls, in one transaction.
   *
   * @param oldest what was learned before goes
   */
  void save(List<Learned> learned, Instant oldest);

  /**
   * What was learned of one model at one deployment.
   *
   * @param outputs sizes of outputs, as {@link Sizes} writes them
   * @param inputRatios inputs over their estimates
   * @param calls of how many calls, ever
   * @param at from the last one
   */
  record Learned(
      String deployment,
      String model,
      Operation operation,
      String outputs,
      String inputRatios,
      long calls,
      Instant at) {}
}
