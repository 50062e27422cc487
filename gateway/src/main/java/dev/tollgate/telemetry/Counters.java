package dev.tollgate.telemetry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A count for each combination of labels, which only grows. Thread-safe. */
final class Counters implements Family {
  private final String name;
  private final String help;
  private final boolean billionths;
  private final Label[] labels;
  private final String[] named;
  private final Map<List<String>, LongAdder> points = new ConcurrentHashMap<>();

  /**
   * @param billionths whether it counts billionths of what it shows
   */
  Counters(String name, String help, boolean billionths, Label... labels) {
    this.name = ExpositionPage.checked(name);
    this.help = help;
    this.billionths = billionths;
    this.labels = labels.clone();
    this.named = ExpositionPage.named(Label.names(labels));
  }

  /** The count of these labels; always the same one. */
  LongAdder at(LabelValues values) {
    return points.computeIfAbsent(List.of(values.of(labels)), _ -> new LongAdder());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void write(ExpositionPage page) {
    if (points.isEmpty()) {
      return;
    }
    page.head(name, ExpositionPage.Type.COUNTER, help);
    String begin = name + "_total{";
    points.forEach(
        (values, count) -> {
          page.text(begin);
          page.labels(named, values);
          page.text("} ");
          if (billionths) {
            page.billionths(count.sum());
          } else {
            page.value(count.sum());
          }
        });
  }
}
