package dev.tollgate.telemetry;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Figures that someone else keeps, read at each scrape.
 *
 * @param label what tells them apart; null where there is one
 * @param read gives each figure with its label's value
 */
record Reading(
    String name,
    ExpositionPage.Type type,
    String help,
    @Nullable String label,
    Consumer<Taker> read)
    implements Family {
  Reading {
    ExpositionPage.checked(name);
    if (label != null) {
      ExpositionPage.checked(label);
    }
  }

  /** Takes one figure. */
  interface Taker {
    /** The figure of a label's value, null where there is no label. */
    void take(@Nullable String value, double figure);
  }

  @Override
  public void write(ExpositionPage page) {
    int before = page.length();
    page.head(name, type, help);
    int after = page.length();
    String begin = type == ExpositionPage.Type.COUNTER ? name + "_total" : name;
    String[] named = label == null ? new String[0] : ExpositionPage.named(label);
    read.accept(
        (value, figure) -> {
          page.text(begin);
          if (value != null) {
            page.text("{");
            page.labels(named, List.of(value));
            page.text("}");
          }
          page.text(" ");
          page.value(figure);
        });
    if (page.length() == after) {
      page.backTo(before);
    }
  }
}
