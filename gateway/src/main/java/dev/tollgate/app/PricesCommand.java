package dev.tollgate.app;

import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.ledger.Prices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code tollgate prices}: what a cost map would change before it is taken. */
final class PricesCommand {
  private static final Grammar GRAMMAR =
      new Grammar(
          "prices",
          "COMMAND",
          List.of("Look at the prices of models."),
          List.of(Map.entry("diff", "Say what a cost map would change.")),
          List.of(Flag.HELP),
          List.of());

  private static final Grammar DIFF =
      Grammar.of(
          "prices diff",
          "FILE|URL",
          List.of(
              "Compare LiteLLM's cost map with the built-in prices: which models change, which of their",
              "prices, from what to what, by which factor. Models that the map does not have stay as they are.",
              "Exits with 0 when nothing changes, with 1 when something does, with 2 when the map cannot be used."),
          List.of(Flag.HELP));

  private PricesCommand() {}

  static int run(List<String> words, Shell shell) {
    int at = GRAMMAR.firstOperand(words);
    if (at == words.size()) {
      if (GRAMMAR.read(words, shell.environment()).has(Flag.HELP)) {
        return shell.explain(GRAMMAR);
      }
      throw new StartException("prices: expected diff; " + GRAMMAR.pointer());
    }
    List<String> rest = new ArrayList<>(words);
    String command = rest.remove(at);
    if (!command.equals("diff")) {
      throw command.startsWith("-") ? GRAMMAR.unknown(command) : GRAMMAR.unknownCommand(command);
    }
    return diff(rest, shell);
  }

  private static int diff(List<String> words, Shell shell) {
    Arguments given = DIFF.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(DIFF);
    }
    List<CatalogueEntry> map;
    try {
      map = CostMap.load(given.operands(1, 1).getFirst());
    } catch (CostMap.Refused refused) {
      throw new StartException(String.valueOf(refused.getMessage()));
    }
    PriceChanges changes = PriceChanges.between(Prices.builtIn(), map);
    changes.changed().forEach(shell.out()::println);
    for (String model : changes.unpriced()) {
      shell.out().println(model + ": loses its price");
    }
    shell.out().println(summary(changes, map.size()));
    shell.out().flush();
    return changes.isEmpty() ? 0 : 1;
  }

  private static String summary(PriceChanges changes, int models) {
    long changed = changes.changed().stream().filter(line -> !line.startsWith(" ")).count();
    return changed
        + " models change, "
        + changes.added()
        + " are new, "
        + changes.unpriced().size()
        + " lose their price, of "
        + models
        + " in the map";
  }
}
